#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: scripts/lib/test-monitoring.sh
#
# Tests scripts/monitoring, and a real Prometheus that scrapes a mount in use, on this machine's kernel, as root: rules and
# their unit tests, that the dashboard names no metric that a mount does not have, series, and what queries and rules make of
# them. Needs what mvn package builds, and Debian's prometheus.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
. "$here/common.sh"

monitoring=$REPO/scripts/monitoring
extfuse=$REPO/scripts/bin/extfuse
work=$(mktemp -d /var/tmp/extfuse-monitoring.XXXXXX)
prometheus=
bad=0

# shellcheck disable=SC2317
finish() {
    [[ ! $prometheus ]] || kill "$prometheus" 2>/dev/null || true
    "$extfuse" umount "$work/mnt" 2>/dev/null || umount -l "$work/mnt" 2>/dev/null || true
    wait
    # Nothing is removed through a mount that stayed.
    mountpoint -q "$work/mnt" || rm -rf "$work"
}
on_exit finish

ok() {
    say "ok: $*"
}

failed() {
    say "FAILED: $*"
    bad=1
}

# await WHAT COMMAND...: until it succeeds.
await() {
    local what=$1 i
    shift
    for ((i = 0; i < 100; i++)); do
        "$@" && return
        sleep 0.1
    done
    die "$what: not within 10 s; the end of Prometheus' log: $(tail -n 3 "$work/prometheus.log" 2>/dev/null)"
}

# query EXPRESSION: one value a line.
query() {
    promtool query instant -o json "$url" "$1" | jq -r '.[].value[1]'
}

# Whether a query has results.
holds() {
    [[ $(query "$1" 2>/dev/null) ]]
}

# equal WHAT EXPRESSION VALUE
equal() {
    local is
    is=$(query "$2")
    if [[ $is == "$3" ]]; then
        ok "$1"
    else
        failed "$1: $2 is '$is', not '$3'"
    fi
}

if promtool check rules "$monitoring/alerts.yml" >"$work/out" 2>&1 &&
    promtool test rules "$monitoring/alerts-test.yml" >>"$work/out" 2>&1; then
    ok "alert rules"
else
    cat "$work/out" >&2
    failed "alert rules"
fi

# Sound, its own, and without two panels in one place.
if jq -e '.uid == "extfuse" and (.panels | length > 10)
        and ([.panels[].id] | length == (unique | length))
        and ([.panels[].gridPos | [.x, .y]] | length == (unique | length))
        and ([.panels[] | .description, .targets[].expr] | all(length > 0))' "$monitoring/dashboard.json" >/dev/null; then
    ok "dashboard"
else
    failed "the dashboard is no dashboard: see scripts/monitoring/dashboard.json"
fi

mkdir "$work/source" "$work/mnt" "$work/data"
printf text >"$work/source/file"
"$extfuse" mount --cache=off --metrics 0 "$work/source" "$work/mnt"
target=$("$extfuse" stats --json "$work/mnt" | jq -r .metrics)
target=${target#http://}
cat >"$work/prometheus.yml" <<END
global: {scrape_interval: 500ms, evaluation_interval: 1s}
rule_files: [$monitoring/alerts.yml]
scrape_configs:
  - job_name: extfuse
    static_configs: [{targets: ['${target%/metrics}']}]
END
promtool check config "$work/prometheus.yml" >"$work/out" || die "$(cat "$work/out")"
prometheus --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/data" --web.listen-address=127.0.0.1:0 \
    >"$work/prometheus.log" 2>&1 &
prometheus=$!
# shellcheck disable=SC2016
await "Prometheus" bash -c 'grep -q "Listening on.*127.0.0.1:[1-9]" "$1"' bash "$work/prometheus.log"
url=http://$(grep -m1 -o 'Listening on.*' "$work/prometheus.log" | grep -o '127[0-9.]*:[0-9]*')

await "a first scrape" holds 'up{job="extfuse"} == 1'
for ((i = 0; i < 200; i++)); do
    if [[ -e $work/mnt/none$i ]]; then die "a file that does not exist is there"; fi
    cat "$work/mnt/file" >/dev/null
done
await "200 errors" holds 'extfuse_requests_total{opcode="LOOKUP",outcome="error"} == 200'
equal "an error is no success" 'sum(extfuse_requests_total{opcode="LOOKUP",outcome="upcall"}) < bool 10' 1
equal "no answers in the kernel without the cache" 'sum(extfuse_requests_total{outcome="in_kernel"})' 0
equal "every request that is done is timed" \
    'sum(extfuse_requests_total{outcome=~"upcall|error"}) == bool sum(extfuse_upcall_duration_seconds_count)' 1
equal "the cache is off" extfuse_cache_active 0
equal "the mount is named" "count(extfuse_mount_info{mountpoint=\"$work/mnt\"})" 1
upcalls=$("$extfuse" stats --json "$work/mnt" | jq '.upcalls.READ')
equal "Prometheus and extfuse stats agree" 'sum(extfuse_requests_total{opcode="READ"})' "$upcalls"
await "a rate" holds 'sum(rate(extfuse_requests_total[10s])) > 0'
await "a rule" holds 'extfuse:hit_ratio:rate5m == 0'
await "an alert that is pending" holds 'ALERTS{alertname="ExtfuseCacheOff",alertstate="pending"}'
ok "rates, rules and alerts"

# Each expression of the dashboard is one, and those that need no cache have a result.
dead=0
while IFS= read -r expression; do
    expression=${expression//\$__rate_interval/10s}
    expression=${expression//\$instance/.+}
    expression=${expression//\$opcode/.+}
    if ! result=$(query "$expression" 2>"$work/out"); then
        failed "dashboard: $expression: $(<"$work/out")"
    elif [[ ! $result && ! $expression =~ extfuse_(cache_|map_|recl) ]]; then
        failed "dashboard: $expression has no result"
    elif [[ ! $result ]]; then
        dead=$((dead + 1))
    fi
done < <(jq -r '.panels[].targets[].expr' "$monitoring/dashboard.json")
((bad)) || ok "dashboard's queries; $dead have no result without the in-kernel cache"

"$extfuse" umount "$work/mnt"
await "a mount that is gone" holds 'up{job="extfuse"} == 0'
ok "a mount that is gone is down"
((bad == 0))
