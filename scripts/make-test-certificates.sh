#!/bin/sh
# Makes the certificates in test/support/tls anew: an authority, a server and a client that it signs, and another authority.
# They are for tests on the loopback interface and valid for a century; the keys are no secrets.
set -eu
cd "$(dirname "$0")/../test/support/tls"

authority() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 36500 \
    -subj "/CN=$1" -keyout "$1-key.pem" -out "$1.pem" 2>/dev/null
}

signed() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" -keyout "$1-key.pem" -out "$1.csr" 2>/dev/null
  printf '%s' "$2" > extensions
  openssl x509 -req -in "$1.csr" -CA authority.pem -CAkey authority-key.pem -days 36500 -extfile extensions -out "$1.pem" 2>/dev/null
  rm "$1.csr" extensions
}

authority authority
authority other
signed server 'subjectAltName = IP:127.0.0.1, DNS:localhost'
signed elsewhere 'subjectAltName = DNS:elsewhere.example'
signed client 'extendedKeyUsage = clientAuth'
rm -f authority-key.pem other-key.pem ./*.srl
