"""What is wrong with one field, in the reader's language: the reasons that rooms give."""

import re
from collections.abc import Iterator
from functools import cache
from string import Formatter
from typing import Final

from django.utils.translation import gettext, gettext_noop

__all__ = ["REASONS", "said_reason"]

# As rooms word them, what they fill in left open; of several that fit, the first speaks.
REASONS: Final = (
    gettext_noop("there is nothing to change"),
    gettext_noop("there is nothing more to pay"),
    gettext_noop("nothing would be left: cancel the order instead"),
    gettext_noop("nothing is owed"),
    gettext_noop("there is no line {line}"),
    gettext_noop("line {line} has left"),
    gettext_noop("a quantity is a whole number"),
    gettext_noop("{kind} cannot be changed while the order is {state}"),
    gettext_noop("{kind} cannot be changed once a part is {state}"),
    gettext_noop("a beginning of a postcode has 1 to {most} letters and digits"),
    gettext_noop("a channel has 1 to 40 small letters, digits or underscores, a letter first"),
    gettext_noop("a company needs one"),
    gettext_noop("a name has 1 to {most} characters"),
    gettext_noop("a name is given twice"),
    gettext_noop("a name is too long"),
    gettext_noop("a radius needs the latitude and longitude of the place"),
    gettext_noop("a repair has 1 to {most} steps"),
    gettext_noop("a {place_type} may have the channel {channels}"),
    gettext_noop("add a brand or a company here"),
    gettext_noop("an event is a JSON object"),
    gettext_noop("an object is needed"),
    gettext_noop("an object of 1 to {most} events by name is needed"),
    gettext_noop("an object or array has no list of values"),
    gettext_noop("another rule is for the same source and event"),
    gettext_noop("choose one of {known}"),
    gettext_noop("days are 1 to {most}"),
    gettext_noop("enum is a list"),
    gettext_noop("give 0 to {most} seconds"),
    gettext_noop("give 1 to 86400 seconds"),
    gettext_noop("give 1 to {most} characters"),
    gettext_noop("give a file of at most {most} MB"),
    gettext_noop("give a name, or the column that has it"),
    gettext_noop("give a positive number"),
    gettext_noop("give a three-letter ISO 4217 code"),
    gettext_noop("give a time to come"),
    gettext_noop("give a two-letter ISO 3166 code"),
    gettext_noop("give an IANA zone such as Asia/Shanghai"),
    gettext_noop("give at most {most} beginnings of postcodes"),
    gettext_noop("give at most {most} characters"),
    gettext_noop("give at most {most} decimals"),
    gettext_noop("give degrees from -{most} to {most}"),
    gettext_noop("give latitude and longitude, or neither"),
    gettext_noop("give two different currencies"),
    gettext_noop("give {least} to {most} kilometres"),
    gettext_noop("it does not begin with https://"),
    gettext_noop("it has 1 to 64 small letters, digits, hyphens or underscores"),
    gettext_noop("it has 1 to {most} characters"),
    gettext_noop("it has no condition"),
    gettext_noop("it has no whole line yet"),
    gettext_noop("it is -{most} to {most}"),
    gettext_noop("it is 0 to 1, with four digits after the point at most"),
    gettext_noop("it is 0 to {most}"),
    gettext_noop("it is 1 to {most}"),
    gettext_noop("it is larger than {most} bytes"),
    gettext_noop("it is no JSON object"),
    gettext_noop("it is no connection string"),
    gettext_noop("it is not an address"),
    gettext_noop("it is one SELECT of at most {most} characters"),
    gettext_noop("it is postgresql://user:password@host/database"),
    gettext_noop("it is the name of a column"),
    gettext_noop("it is too long or has signs that an address cannot have"),
    gettext_noop("it needs a host, and neither a user nor a fragment"),
    gettext_noop("its host is inside a network that may not be called"),
    gettext_noop("its host is not known"),
    gettext_noop("its type is object"),
    gettext_noop("no answer within {most} s"),
    gettext_noop("only a person has preferences"),
    gettext_noop("properties are an object, required is a list"),
    gettext_noop("say where the rate comes from"),
    gettext_noop("the host stands before the path only"),
    gettext_noop("there are 1 to {most} of them"),
    gettext_noop("there are at most {most}"),
    gettext_noop("this is no e-mail address"),
    gettext_noop("this person may not sign in"),
    gettext_noop("use 1 to 64 letters, digits, dots or dashes"),
    gettext_noop("user_column or anonymous_column says whose a row is"),
    gettext_noop('{given} is not an origin such as "https://shop.example"'),
    gettext_noop("{name} holds {most} values of 100 characters at most"),
    gettext_noop("{name} is not a host that may be connected to"),
    gettext_noop("{name} is required and not described"),
    gettext_noop("{name} cannot be kept in a plan"),
    gettext_noop("{given} is none of {known}"),
    gettext_noop("a number from 1"),
    gettext_noop("a return has 1 to {most} lines"),
    gettext_noop("it is more than what is still expected"),
    gettext_noop("the reference belongs to another credit"),
    gettext_noop("a rate from 0 to 1"),
    gettext_noop("a receipt has at least one unit"),
    gettext_noop("a sent order does not grow: order the rest anew"),
    gettext_noop("a sent order takes no further items: order them anew"),
    gettext_noop("an amount from zero"),
    gettext_noop("an order has at least one line"),
    gettext_noop("an order has at most {most} lines"),
    gettext_noop("byte {number} is not UTF-8"),
    gettext_noop("it holds a NUL"),
    gettext_noop("it has more than {most} bytes"),
    gettext_noop("it has more than {most} rows"),
    gettext_noop("it is not active"),
    gettext_noop("it stays {currency}"),
    gettext_noop("not before valid_from"),
    gettext_noop("nothing would be left: cancel the order"),
    gettext_noop("say why in 3 to 500 characters"),
    gettext_noop("the amount is zero or too large"),
    gettext_noop("the column {name} is missing"),
    gettext_noop("the company sells no item {sku}"),
    gettext_noop("the company sells no such item"),
    gettext_noop("the cost is below zero or too large"),
    gettext_noop("the cost of a sent order is agreed"),
    gettext_noop("the item comes in packs of {number}"),
    gettext_noop("the item is on another line already"),
    gettext_noop("the line comes twice"),
    gettext_noop("the note has up to 1000 characters"),
    gettext_noop("the order had not been sent by then"),
    gettext_noop("the order has no such line"),
    gettext_noop("the quantity is a number from 1 to {most}"),
    gettext_noop("the quantity is below zero or huge"),
    gettext_noop("the reference has 1 to 80 characters"),
    gettext_noop("the reference has up to 80 characters"),
    gettext_noop("the supplier delivers {number} or more of the item"),
    gettext_noop("the supplier has no cost for the item: give one"),
    gettext_noop("the time of the receipt is still to come"),
    gettext_noop("the weight of line {number} is not known"),
    gettext_noop("three capital letters (ISO 4217)"),
    gettext_noop("up to 1000 characters"),
    gettext_noop("up to 300 characters each"),
    gettext_noop("up to 80 characters"),
    gettext_noop("0 to {most} days"),
    gettext_noop("1 to 120 characters"),
    gettext_noop("1 to 40 letters, digits, dots and dashes"),
    gettext_noop("{number} units have come already"),
    gettext_noop("{given} is no day written as 2026-11-22"),
    gettext_noop("{given} is not an amount of {currency}."),
    gettext_noop("{name}: {given} is no number from 1"),
    gettext_noop("{name} is not a host"),
    gettext_noop("{name} is not known"),
    gettext_noop("a transfer has at least one line"),
    gettext_noop("a transfer has at most {most} lines"),
    gettext_noop("the quantity is less than {least}"),
    gettext_noop("the quantity is over {most}"),
    gettext_noop("the item stands on another line"),
    gettext_noop("nothing is said to have arrived"),
    gettext_noop("the transfer has no such line"),
    gettext_noop("it is told twice"),
    gettext_noop("it lies more than ten years ahead"),
    gettext_noop("it ends before it begins"),
    gettext_noop("the reason has more than {most} characters"),
    gettext_noop("only {remaining} are on the way; what is beyond it is surplus"),
)


def said_reason(reason: str) -> str:
    """Return a reason in the active language; one that is not known, as it is."""
    for template, pattern in _patterns():
        if found := pattern.fullmatch(reason):
            return gettext(template).format(**found.groupdict())
    return reason


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((one, re.compile("".join(_parts(one)), re.DOTALL)) for one in REASONS)


def _parts(template: str) -> Iterator[str]:
    met: set[str] = set()
    for text, name, _format, _conversion in Formatter().parse(template):
        yield re.escape(text)
        if name:
            yield f"(?P={name})" if name in met else f"(?P<{name}>.+)"
            met.add(name)
