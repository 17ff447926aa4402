# type: dnset
# mode: refuse 127.0.0.1
# Refuses with its own error code; of domains.
$SOA 5 ns.lists.example hostmaster.lists.example 0 600 300 86400 5
$NS 5 ns.lists.example
:127.0.0.2:Listed, see https://lookup.uribl.com/?domain=$
test.uribl.com
