# type: ip4set
# mode: good
# Answers well.
$SOA 5 ns.lists.example hostmaster.lists.example 0 600 300 86400 5
$NS 5 ns.lists.example
:127.0.0.2:Listed in PSBL, see https://psbl.org/listing?ip=$
127.0.0.2
