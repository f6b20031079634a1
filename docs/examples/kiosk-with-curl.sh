#!/usr/bin/env bash
# Drives a kiosk from a shell: finds a patient, saves an observation, reads it back.
#
#   KIOSK_PORT=47101 KIOSK_DATA_DIR=… NURSE=N-1001 PIN=2468 docs/examples/kiosk-with-curl.sh シマダ
#
# Needs curl only; answers are printed as they come. Whoever runs it must be able to read the
# kiosk's door-token file, which is the right to open the door once.
set -euo pipefail
door="http://127.0.0.1:${KIOSK_PORT:?}"
jar="$(mktemp)"
trap 'rm -f "$jar"' EXIT

row() { # row BODY
  curl --silent --show-error --fail-with-body --cookie "$jar" --header 'content-type: application/json' \
    --data "$2" "$door/api/$1"
  echo
}
uuid() { cat /proc/sys/kernel/random/uuid; }
first() { sed -E "s/.*\"$1\":\"([^\"]*)\".*/\1/" <<<"$(grep -oE -m 1 "\"$1\":\"[^\"]*\"" | head -n 1)"; }

# 1. The one-time token buys a cookie.
curl --silent --show-error --fail --cookie-jar "$jar" --header 'content-type: application/json' \
  --data "{\"token\":\"$(cat "${KIOSK_DATA_DIR:?}/door-token")\"}" "$door/session"

# 2. The nurse signs in with her PIN: without a name nothing is read or written.
row session.sign-in "{\"practitionerId\":\"${NURSE:?}\",\"pin\":\"${PIN:?}\"}"

# 3. Find the patient, open a visit, save what was counted by hand, read it back.
found="$(row patients.find "{\"text\":\"${1:?a name}\",\"limit\":1}")"
echo "$found"
opened="$(row visits.open "{\"operationId\":\"$(uuid)\",\"patientId\":\"$(first id <<<"$found")\",\"encounterId\":null}")"
echo "$opened"
row observations.save "{\"encounterId\":\"$(first encounterId <<<"$opened")\",\"entries\":[{\"operationId\":\"$(uuid)\",\"source\":{\"kind\":\"by-hand\",\"parameter\":\"respiratory-rate\",\"value\":18,\"unit\":\"/min\",\"reason\":\"60秒数えた\"}}]}"
row observations.list "{\"patientId\":\"$(first id <<<"$found")\",\"limit\":1}"
