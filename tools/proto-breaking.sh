#!/bin/sh
# Refuses a change of the protos that breaks who was built against main: npm run proto:breaking [-- REVISION]
# On main itself it compares with the protos as they were before their last change.
set -eu
base=${1:-main}
if [ "$(git rev-parse HEAD)" = "$(git rev-parse "$base" 2>/dev/null || git rev-parse HEAD)" ] && git diff --quiet HEAD -- proto; then
  base=$(git log -n 2 --format=%H -- proto | tail -n 1)
fi
before=$(mktemp -d)
trap 'rm -rf "$before"' EXIT
git archive "$base" proto buf.yaml | tar -x -C "$before"
exec_status=0
buf breaking --against "$before" || exec_status=$?
[ "$exec_status" -eq 0 ] && echo "Nothing breaks against $(git rev-parse --short "$base")."
exit "$exec_status"
