# SPDX-License-Identifier: BSD-3-Clause
"""The ETR's side of RFC 9301, and frames and capture files around it.

Written from the RFC with Python's standard library alone, so that what the server says is judged by
something that shares no line with it.
"""

import hashlib
import hmac
import ipaddress
import struct

PORT = 4342
MAP_REGISTER, MAP_NOTIFY = 3, 4
HASHES = {1: "sha1", 2: "sha256", 3: "sha256"}
RFC_TAG_LEN = {1: 12, 2: 16, 3: 16}
LABELS = {MAP_REGISTER: b"Map-Register Authentication", MAP_NOTIFY: b"Map-Notify Authentication"}

# Flags of a Map-Register, in its first word.
I_BIT, M_BIT = 0x02000000, 0x00000100
NOTIFY_I_BIT = 0x08000000


def afi_address(text):
    """AFI and octets of an IPv4 or IPv6 address."""
    ip = ipaddress.ip_address(text)
    return struct.pack("!H", 1 if ip.version == 4 else 2) + ip.packed


def locator(rloc, priority=1, weight=100, flags=0x0005):
    """A locator record; L and R bits set unless told otherwise."""
    return struct.pack("!BBBBH", priority, weight, 255, 0, flags) + afi_address(rloc)


def record(eid_prefix, rlocs, ttl_min=1440):
    """An EID-record with its locators; "192.0.2.0/25", ["10.99.0.2"]."""
    net = ipaddress.ip_network(eid_prefix)
    head = struct.pack("!IBBHH", ttl_min, len(rlocs), net.prefixlen, 0x1000, 0)
    return head + afi_address(str(net.network_address)) + b"".join(locator(r) for r in rlocs)


def tag_of(message, tag_len, secret):
    """Authentication Data of a message, computed over it with that field zeroed."""
    kind, alg = message[0] >> 4, message[13]
    key = secret
    if alg == 3:
        prk = hmac.new(LABELS[kind], message[4:12] + secret, "sha256").digest()
        key = hmac.new(prk, b"\x01", "sha256").digest()
    zeroed = message[:16] + bytes(tag_len) + message[16 + tag_len:]
    return hmac.new(key, zeroed, HASHES[alg]).digest()[:tag_len]


def tag_len_of(message):
    return struct.unpack_from("!H", message, 14)[0]


def sign(message, secret):
    n = tag_len_of(message)
    return message[:16] + tag_of(message, n, secret) + message[16 + n:]


def is_signed(message, secret):
    n = tag_len_of(message)
    return hmac.compare_digest(message[16:16 + n], tag_of(message, n, secret))


def map_register(records, nonce, secret, key_id=1, alg=2, tag_len=None, xtr_id=None, site_id=0,
                 want_notify=True):
    """A signed Map-Register; xtr_id (16 octets) sets the I bit and adds the trailer."""
    tag_len = RFC_TAG_LEN[alg] if tag_len is None else tag_len
    word = MAP_REGISTER << 28 | len(records)
    word |= M_BIT if want_notify else 0
    word |= I_BIT if xtr_id is not None else 0
    message = struct.pack("!IQBBH", word, nonce, key_id, alg, tag_len) + bytes(tag_len)
    message += b"".join(records)
    if xtr_id is not None:
        message += xtr_id + struct.pack("!Q", site_id)
    return sign(message, secret)


def notify_for(register, secret):
    """The Map-Notify that answers a wholly accepted Map-Register (RFC 9301 5.7): Nonce, key, records
    and trailer copied, all flags but the deployed I bit clear, and a tag of the same length."""
    word = struct.unpack_from("!I", register)[0]
    answer = MAP_NOTIFY << 28 | word & 0xff | (NOTIFY_I_BIT if word & I_BIT else 0)
    return sign(struct.pack("!I", answer) + register[4:], secret)


def nonce_of(message):
    return struct.unpack_from("!Q", message, 4)[0]


def key_line(secret):
    """The line of a secret file."""
    return "hex:" + secret.hex() + "\n"


# Frames -----------------------------------------------------------------------------------------

def internet_sum(data):
    """Folded one's complement sum; 0xffff over a region that holds its own right checksum."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total


def udp_frame(src, dst, payload, sport=PORT, dport=PORT, smac=b"\x02\0\0\0\0\x02",
              dmac=b"\x02\0\0\0\0\x01"):
    """Ethernet, IP and UDP around a payload, checksums and all."""
    s, d = ipaddress.ip_address(src), ipaddress.ip_address(dst)
    udp_len = 8 + len(payload)
    if s.version == 4:
        pseudo = s.packed + d.packed + struct.pack("!HH", 17, udp_len)
        ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + udp_len, 0, 0, 64, 17, 0) + s.packed + d.packed
        ip = ip[:10] + struct.pack("!H", internet_sum(ip) ^ 0xffff) + ip[12:]
        ether_type = 0x0800
    else:
        pseudo = s.packed + d.packed + struct.pack("!II", udp_len, 17)
        ip = struct.pack("!IHBB", 6 << 28, udp_len, 17, 64) + s.packed + d.packed
        ether_type = 0x86dd
    udp = struct.pack("!HHHH", sport, dport, udp_len, 0) + payload
    checksum = (internet_sum(pseudo + udp) ^ 0xffff) or 0xffff
    udp = udp[:6] + struct.pack("!H", checksum) + udp[8:]
    return dmac + smac + struct.pack("!H", ether_type) + ip + udp


class Datagram:
    """A UDP datagram taken out of a frame; .fault says what is wrong with it, or None."""

    def __init__(self, frame):
        self.frame = frame
        self.src = self.dst = self.sport = self.dport = None
        self.payload = b""
        self.fault = self._read(frame)

    def _read(self, frame):
        ether_type = struct.unpack_from("!H", frame, 12)[0]
        ip = frame[14:]
        if ether_type == 0x0800:
            header_len, total = (ip[0] & 15) * 4, struct.unpack_from("!H", ip, 2)[0]
            self.src, self.dst = (str(ipaddress.ip_address(ip[o:o + 4])) for o in (12, 16))
            if total > len(ip):
                return "cut"
            if internet_sum(ip[:header_len]) != 0xffff:
                return "checksum"
            pseudo = ip[12:20] + struct.pack("!HH", 17, total - header_len)
        elif ether_type == 0x86dd:
            header_len, total = 40, 40 + struct.unpack_from("!H", ip, 4)[0]
            self.src, self.dst = (str(ipaddress.ip_address(ip[o:o + 16])) for o in (8, 24))
            if total > len(ip):
                return "cut"
            pseudo = ip[8:40] + struct.pack("!II", total - 40, 17)
        else:
            return "not IP"
        udp = ip[header_len:total]
        self.sport, self.dport, udp_len, checksum = struct.unpack_from("!HHHH", udp)
        self.payload = udp[8:udp_len]
        if udp_len != len(udp):
            return "cut"
        if checksum == 0 or internet_sum(pseudo + udp) != 0xffff:
            return "checksum"
        return None


# Capture files ------------------------------------------------------------------------------------

def read_pcap(path):
    """The frames of a classic pcap file of Ethernet; one cut short by its writer's death is left out."""
    with open(path, "rb") as f:
        data = f.read()
    order = {b"\xd4\xc3\xb2\xa1": "<", b"\xa1\xb2\xc3\xd4": ">", b"\x4d\x3c\xb2\xa1": "<",
             b"\xa1\xb2\x3c\x4d": ">"}[data[:4]]
    frames, at = [], 24
    while at + 16 <= len(data):
        captured = struct.unpack_from(order + "IIII", data, at)[2]
        if at + 16 + captured <= len(data):
            frames.append(data[at + 16:at + 16 + captured])
        at += 16 + captured
    return frames


def write_pcap(path, frames):
    with open(path, "wb") as f:
        f.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
        for i, frame in enumerate(frames):
            f.write(struct.pack("<IIII", i // 1000000, i % 1000000, len(frame), len(frame)))
            f.write(frame)
