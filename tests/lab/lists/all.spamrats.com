# type: ip4set
# mode: servfail
# Cannot be asked: SERVFAIL.
$SOA 5 ns.lists.example hostmaster.lists.example 0 600 300 86400 5
$NS 5 ns.lists.example
:127.0.0.36:Listed, see https://www.spamrats.com/lookup.php?ip=$
127.0.0.2
