"""Sealing of personal data: authenticated encryption bound to its row, and a blind index to find it again.

Pure functions of plain values; the keys come from settings through `customers.models.sealed`.
A sealed text reads ``v1:<key id>:<base64 of nonce and ciphertext>`` so that algorithm and key can be changed later.
"""

import base64
import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = "v1"
NONCE_BYTES = 12


class Unreadable(ValueError):
    """The sealed text was not made with this key for this row, or was changed."""


@lru_cache(maxsize=8)
def key_bytes(secret):
    """A 256-bit key from a configured secret of any length."""
    return hashlib.sha256(b"zhike field key\0" + secret.encode()).digest()


@lru_cache(maxsize=8)
def key_id(secret):
    """Eight hex digits that name a key without giving it away."""
    return hashlib.sha256(b"id\0" + key_bytes(secret)).hexdigest()[:8]


@lru_cache(maxsize=8)
def cipher(secret):
    """The AES-256-GCM cipher of a secret."""
    return AESGCM(key_bytes(secret))


def seal(text, *, bound_to, secret):
    """`text` encrypted: it opens only with `secret` and at `bound_to` (“table.column:row”). Empty stays empty."""
    if not text:
        return ""
    nonce = os.urandom(NONCE_BYTES)
    sealed = cipher(secret).encrypt(nonce, text.encode(), bound_to.encode())
    return f"{VERSION}:{key_id(secret)}:{base64.b64encode(nonce + sealed).decode()}"


def unseal(sealed, *, bound_to, secret):
    """The text behind `sealed`; raises Unreadable when key, row or content is not the one it was sealed with."""
    if not sealed:
        return ""
    try:
        version, kid, body = sealed.split(":")
        raw = base64.b64decode(body, validate=True)
    except ValueError as error:
        raise Unreadable("Not a sealed text.") from error
    if version != VERSION or kid != key_id(secret):
        raise Unreadable(f"Sealed with key {kid}, which is not the configured one.")
    try:
        return cipher(secret).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], bound_to.encode()).decode()
    except InvalidTag as error:
        raise Unreadable("The sealed text does not belong to this row, or was changed.") from error


def blind_index(text, *, secret, purpose):
    """128 bits of a keyed hash of the normalised `text`: equal texts meet, nobody without the key can try numbers.

    `purpose` (“id_no”, “mobile” …) keeps equal texts in different columns apart. Empty stays empty.
    """
    if not text:
        return ""
    return hmac.digest(key_bytes("index " + secret), f"{purpose}\0{text}".encode(), "sha256").hex()[:32]
