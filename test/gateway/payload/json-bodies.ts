/** Bodies as text, one a line: right ones and each way to be wrong. */
export const TEXTS: readonly string[] = [
  '',
  '9'.repeat(5000),
  `[${'1,'.repeat(2000)}]`,
  ...String.raw`
{
}
[
]
[1
[1,
[1,]
[,
[,1]
[1 2]
[1,,2]
{"a"
{"a":
{"a":1
{"a":1,
{"a":1,}
{,
{1:2}
{"a" 1}
{"a"::1}
{"a":}
{'a':1}
{"a":1 "b":2}
[}
{]
[[[]]
[[]]]
[]{}
1 2
1,
nul
null
nulll
tru
true
falsy
None
NaN
Na
nan
-NaN
Infinity
-Infinity
-Infinit
+1
-
--1
-a
01
-01
0
-0
00
1.
1.a
.5
1.5
1.5.5
1e
1e+
1e-
1e5
1E+5
1e5.
1ee5
0e0
-0.0e-0
1_000
0x10
1a
[1.]
[1e]
[-]
[NaN, Infinity, -Infinity]
{"a": NaN}
[Infinit]
"
"a
"a"
"\
"\"
"\q"
"\u"
"\u1"
"\u12"
"\u123"
"\u1234
"\u1234"
"\u123g"
"\uD800"
"\uD800\uDC00"
"\uD800\u"
"\uD800\u12"
"\uD800\uD800"
"\ud83d\ude00x"
"\U1234"
"\u 123"
"\u+123"
"\u0x1f"
"é"
"😀"
"😀\q"
["😀", }
{"é": "😀" x
/* */1
undefined
{"a":1,"a":2}
{"__proto__": 1}
{"a": [1, {"b": [}]}
"a" "b"
123456789012345678901234567890
1e999
-1e999
1e-999
"\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\
`
    .trim()
    .split('\n'),
];

/** Bodies in hexadecimal: byte order marks, other encodings, bad bytes, control characters, white space of all kinds. */
export const BYTES: readonly string[] = `
  ff 22ff22 22e28222 22f09f9822 22f09f22 22eda08022 22eda022 22eda0 22ed e282 efbbbf22ff22 efbbbf31 efbbbf
  efbbbfefbbbf31 fffe22006100 fffe220061 fffe220000d82200 fffe220000d8 feff0031 feff00 fffe feff fffe3100
  fffefffe3100 0000feff00000031 fffe000031000000 fffe00003100 fffe0000 31000000 00000031 3100 0031 310000 000031
  00 0000 000000 00000000 22000000ffffffff 22000000000011002200 2200000000d8000022000000 00000022000000
  0022d800d800dc000022 0022d8000022 dc00 f888808080 c080 c1bf f4908080 f48fbfbf e08080 e0a080 80 22ed9fbf22
  22edbfbf22 22eda080edb08022 5b00310000005d00 5b0031005d00 005b0031005d 7b00 007b 22f0808080 2231
  fffe0d000a007800 0a0a00 22c3 22c328 22f09f98 22e0809f22 20 0a 22610a6222 2261096222 220022 221f22 227f22
  22e280a822 20efbbbf31 31c2a0 c2a031 0b31 0c31 2f2f20610a31 5b0a312c0a320a335d 7b0d0a2261223a0d0a7d 0a0a202078
  5b312c0a0a 220a22
`
  .trim()
  .split(/\s+/);
