# queue_all.sh - queue_list.sh's listings as they are.
listings "$@"
