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
first() { grep -o "\"$1\":\"[^\"]*\"" | head -n 1 | cut -d '"' -f 4; }

# 1. The one-time token buys a cookie.
curl --silent --show-error --fail --cookie-jar "$jar" --header 'content-type: application/json' \
  --data "{\"token\":\"$(cat "${KIOSK_DATA_DIR:?}/door-token")\"}" "$door/session"

# 2. The nurse signs in with her PIN: without a name nothing is read or written.
row session.sign-in "{\"practitionerId\":\"${NURSE:?}\",\"pin\":\"${PIN:?}\"}"

# 3. Find the patient, open a visit, save what was counted by hand, read it back.
patient="$(row patients.find "{\"text\":\"${1:?a name}\",\"limit\":1}" | tee /dev/stderr | first id)"
visit="$(row visits.open "{\"operationId\":\"$(uuid)\",\"patientId\":\"$patient\",\"encounterId\":null}" | tee /dev/stderr | first encounterId)"
row observations.save "{\"encounterId\":\"$visit\",\"entries\":[{\"operationId\":\"$(uuid)\",\"source\":{\"kind\":\"by-hand\",\"parameter\":\"respiratory-rate\",\"value\":18,\"unit\":\"/min\",\"reason\":\"60秒数えた\"}}]}"
row observations.list "{\"patientId\":\"$patient\",\"limit\":1}"
