/**
 * The guardian, for any POSIX shell. Its argument is the folder; a line on its standard input is
 * `adopt <process group> <signal>,<signal>…` or `release <process group>`.
 * A signal to the guardian itself counts as the end of its input.
 */
export const GUARDIAN_SCRIPT = `
folder=$1
adopted=
ended=
trap 'ended=1' HUP INT TERM
while [ -z "$ended" ] && read -r action group signals; do
  kept=
  for entry in $adopted; do
    [ "\${entry%%:*}" = "$group" ] || kept="$kept $entry"
  done
  adopted=$kept
  [ "$action" != adopt ] || adopted="$adopted $group:$signals"
done
trap '' HUP INT TERM

# A process that ended counts as gone also where nobody collects orphans, as in a container without an init.
lives() {
  kill -s 0 -- "-$1" 2>/dev/null || return 1
  read -r state 2>/dev/null <"/proc/$1/stat" || return 0
  case $state in *') Z '*) return 1 ;; esac
}

end() {
  group=\${1%%:*}
  for signal in $(echo "\${1#*:}" | tr , ' '); do
    lives "$group" || return 0
    kill -s "$signal" -- "-$group" 2>/dev/null
    tries=0
    while lives "$group" && [ $tries -lt 250 ]; do
      sleep 0.02
      tries=$((tries + 1))
    done
  done
}

for entry in $adopted; do
  end "$entry" &
done
wait

tries=0
while rm -rf -- "$folder" 2>/dev/null; [ -e "$folder" ] && [ $tries -lt 50 ]; do
  sleep 0.1
  tries=$((tries + 1))
done
[ ! -e "$folder" ]
`;
