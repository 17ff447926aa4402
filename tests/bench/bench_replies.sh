#!/bin/bash
# Replies: what the shipped rules make of the labelled ones, which they were
# written with, and what a reply costs, against PCRE2 with every pattern in
# turn. What they made of replies nobody had seen is told, set by set, in
# tests/unit/probes/reply_rules_test.c.
set -euo pipefail
cd "$(dirname "$0")/../.."
exec build/release/bench/bench_replies catalogues/replies.json \
    catalogues/reply-weights.json tests/fixtures/replies/responses.jsonl
