"""Key pairs made for tests, once a run."""

from functools import cache

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)


@cache
def pair(name: str):
    """Return a private and a public RSA key of this name."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return private, private.public_key()


def private_pem(name: str, form: PrivateFormat = PrivateFormat.PKCS8) -> str:
    """Return a private key as PEM."""
    private, _ = pair(name)
    return private.private_bytes(Encoding.PEM, form, NoEncryption()).decode()


def public_pem(name: str) -> str:
    """Return a public key as PEM."""
    _, public = pair(name)
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
