#!/bin/sh
# Makes the keys and certificates of outbound-tls.test.ts anew: a made-up authority, a certificate of it for hook.example
# that is valid from 2020 to 2120, one that has expired, and one for the same name by nobody in particular. They protect
# nothing.
set -eu
cd "$(dirname "$0")"
mkdir ca
: > ca/index
echo 01 > ca/serial
cat > ca/config <<C
[ca]
default_ca = test
[test]
database = ca/index
serial = ca/serial
new_certs_dir = ca
default_md = sha256
policy = any
copy_extensions = copy
unique_subject = no
[any]
commonName = supplied
[authority]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
[req]
distinguished_name = name
[name]
C
key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1.key.pem"; }
request() { openssl req -new -config ca/config -key "$1.key.pem" -subj "/CN=$2" -addext "subjectAltName=DNS:$2" -out "ca/$1.csr"; }
sign() { openssl ca -batch -notext -config ca/config -startdate 20200101000000Z "$@"; }
long='-enddate 21200101000000Z'
key authority
key receiver
request authority authority.example
request receiver hook.example
sign $long -selfsign -extensions authority -keyfile authority.key.pem -in ca/authority.csr -out authority.pem
by='-cert authority.pem -keyfile authority.key.pem'
sign $long $by -in ca/receiver.csr -out good.pem
sign -enddate 20200201000000Z $by -in ca/receiver.csr -out expired.pem
sign $long -selfsign -keyfile receiver.key.pem -in ca/receiver.csr -out stranger.pem
rm -r ca authority.key.pem
