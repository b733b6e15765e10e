"""Ways to make a fetcher call its own network that have worked somewhere; a corpus, not a proof."""

from __future__ import annotations

# Refused as they stand: no name of a public website is in them.
REFUSED = """
http://127.0.0.1/
https://127.0.0.1/
http://127.0.0.1:80/
http://127.0.0.1:443/
http://127.1/
http://127.0.1/
http://0/
http://0.0.0.0/
http://00000/
http://2130706433/
http://3232235521/
http://2852039166/
http://017700000001/
http://0177.0.0.1/
http://0177.0.0.01/
http://00000177.0.0.1/
http://0x7f000001/
http://0x7f.0.0.1/
http://0x7f.0x0.0x0.0x1/
http://0X7F.1/
http://0x7f.1/
http://127.0.0.0x1/
http://127.000.000.001/
http://127.0.0.1./
http://127.0.0.1../
http://127.127.127.127/
http://10.0.0.1/
http://10.1/
http://172.16.0.1/
http://192.168.0.1/
http://192.168.1/
http://169.254.169.254/latest/meta-data/
http://169.254.43518/
http://0xa9fea9fe/
http://0251.0376.0251.0376/
http://0xa9.0xfe.0xa9.0xfe/
http://100.100.100.200/latest/meta-data/
http://168.63.129.16/
http://192.0.0.192/
http://93.184.215.14/
http://1.1.1.1/
http://256.256.256.256/
http://[::1]/
http://[::]/
http://[0:0:0:0:0:0:0:1]/
http://[0000::1]:80/
http://[::ffff:127.0.0.1]/
http://[::ffff:7f00:1]/
http://[::127.0.0.1]/
http://[::ffff:169.254.169.254]/
http://[64:ff9b::7f00:1]/
http://[2002:7f00:1::]/
http://[2001:0:7f00:1::]/
http://[fe80::1]/
http://[fe80::1%25eth0]/
http://[fe80::1%eth0]/
http://[fd00:ec2::254]/
http://[fc00::1]/
http://[ff02::1]/
http://[2606:4700:4700::1111]/
http://[::1
http://::1/
http://[::1]evil.com/
http://[v1.x]/
http://localhost/
https://localhost/
http://localhost:80/
http://LOCALHOST/
http://localhost./
http://localhost.localdomain/
http://a.localhost/
http://printer.local/
http://metadata.google.internal/computeMetadata/v1/
http://instance-data/
http://intranet/
http://db/
http://redis.internal/
http://router.lan/
http://nas.home/
http://host.home.arpa/
http://1.0.0.127.in-addr.arpa/
http://hidden.onion/
http://site.corp/
http://x.private/
http://user@good.org/
http://user:secret@good.org/
http://good.org@127.0.0.1/
http://good.org:80@127.0.0.1/
http://good.org%40127.0.0.1/
http://127.0.0.1@good.org/
http://@good.org/
http://good.org:@127.0.0.1/
http://good.org:22/
http://good.org:25/
http://good.org:6379/
http://good.org:8080/
http://good.org:11211/
http://good.org:0/
http://good.org:65536/
http://good.org:-1/
http://good.org:8O/
http://good.org:/
http://good.org:80:80/
http://good.org:٨٠/
file:///etc/passwd
FILE:///etc/passwd
gopher://127.0.0.1:6379/_INFO
dict://127.0.0.1:11211/stat
ftp://127.0.0.1/
ldap://127.0.0.1/
sftp://127.0.0.1/
tftp://127.0.0.1/
jar:http://127.0.0.1!/
data:text/html,hello
javascript:alert(1)
unix:/var/run/docker.sock
http+unix://%2Fvar%2Frun%2Fdocker.sock/info
view-source:http://127.0.0.1/
//127.0.0.1/
///127.0.0.1/
/etc/passwd
127.0.0.1
good.org
http:127.0.0.1
http:/127.0.0.1/
http:///127.0.0.1/
http:////127.0.0.1/
http://\\127.0.0.1/
http:\\\\127.0.0.1\\
http://good.org\\@127.0.0.1/
http://127.0.0.1\\@good.org/
http://127.0.0.1%00.good.org/
http://127.0.0.1%2egood.org/
http://127.0.0.1%09/
http://%31%32%37.0.0.1/
http://%6c%6f%63%61%6c%68%6f%73%74/
http://127。0。0。1/
http://127．0．0．1/
http://１２７.０.０.１/
http://①②⑦.⓪.⓪.①/
http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/
http://ｌｏｃａｌｈｏｓｔ/
http://loc\u00adalhost/
http://local\u200bhost/
http://127.0.0.1\u3002/
http://\u202e1.0.0.721/
http://good.org /
http://good.org\t/
http://.good.org/
http://good..org/
http://-good.org/
http://good-.org/
http://good!.org/
http://good,org/
http://good;org/
http://{good}.org/
http://*.good.org/
http://
https://
http://?
http://#
http://.
http://..
http://./
""".strip().splitlines()
SPLIT = [  # with line breaks, which a list of lines cannot hold
    "http://good.org\r\nHost: 127.0.0.1/",
    "http://good.org/\r\n\r\nGET / HTTP/1.1\r\nHost: 127.0.0.1",
    "http://good.org/%0d%0a\n/",
    "ht\ntp://127.0.0.1/",
    "http://good.org\u2028@127.0.0.1/",
    "http://127.0\n.0.1/",
    "http://good.org/\x00",
    "http://good.org/\x0b\x0c/",
    "http://" + "a" * 64 + ".org/",
    "http://" + "a." * 127 + "org/",
    "http://good.org/" + "a" * 600,
]

# What a name may resolve to (nip.io, a record of the attacker's own, a poisoned answer) and must not be called.
RESOLVED = """
0.0.0.0 0.1.2.3 10.0.0.0 10.0.0.1 10.255.255.255 100.64.0.0 100.64.0.1 100.100.100.200 100.127.255.255
127.0.0.0 127.0.0.1 127.0.0.53 127.1.2.3 127.255.255.255 168.63.129.16 169.254.0.1 169.254.169.253
169.254.169.254 169.254.170.2 172.16.0.1 172.17.0.1 172.31.255.255 192.0.0.1 192.0.0.8 192.0.0.9
192.0.0.10 192.0.0.170 192.0.0.171 192.0.0.192 192.0.2.1 192.31.196.1 192.52.193.1 192.88.99.1
192.88.99.2 192.168.0.1 192.168.255.255 192.175.48.6 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1
224.0.0.1 224.0.0.251 232.0.0.1 239.255.255.250 240.0.0.1 250.1.2.3 255.255.255.254 255.255.255.255 ::
::1 ::2 ::127.0.0.1 ::7f00:1 ::10.0.0.1 ::8.8.8.8 ::ffff:0.0.0.0 ::ffff:127.0.0.1 ::ffff:10.0.0.1
::ffff:169.254.169.254 ::ffff:192.168.0.1 ::ffff:7f00:1 ::ffff:8.8.8.8 ::ffff:0:127.0.0.1
64:ff9b::7f00:1 64:ff9b::127.0.0.1 64:ff9b::10.0.0.1 64:ff9b::169.254.169.254 64:ff9b::192.168.0.1
64:ff9b::100.64.0.1 64:ff9b:1::1 64:ff9b:1::808:808 100::1 100:0:0:1::1 2001::1 2001:0:7f00:1::1
2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:1::1 2001:2::1 2001:3::1 2001:4:112::1 2001:10::1 2001:20::1
2001:30::1 2001:db8::1 2001:db8:ffff::1 2002:: 2002:7f00:1:: 2002:a00:1::1 2002:a9fe:a9fe::
2002:c0a8:1::1 2002:808:808::1 2620:4f:8000::1 3fff::1 3fff:fff::1 4000::1 5f00::1 8000::1
2a00::5efe:7f00:1 2a00::200:5efe:a00:1 fc00::1 fd00::1 fd00:ec2::254 fd00:ec2::23 fdff:ffff::1 fe80::1
fe80::1%eth0 fe80::a9fe:a9fe fe80::ffff:ffff fec0::1 fec0:0:0:ffff::1 ff00::1 ff01::1 ff02::1 ff02::fb
ff05::1 ff0e::1 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff localhost 0x7f.1 127.1 2130706433 1.2.3
1.2.3.4.5 1.2.3.4/32
"""
PRIVATE = [address for line in RESOLVED.splitlines() for address in line.split()]
