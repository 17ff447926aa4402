# type: ip4set
# mode: refuse 127.255.255.255
# Refuses with an error code, as it does to whom it does not know.
$SOA 5 ns.lists.example hostmaster.lists.example 0 600 300 86400 5
$NS 5 ns.lists.example
:127.0.0.2:Listed, see https://senderscore.org/assess/get-your-score/report/?lookup=$
127.0.0.2
