"""What a refusal of a room says, in the reader's language."""

from typing import Final

from django.utils.translation import gettext, gettext_noop

from quanqu.doors.console.kit.reason_words import said_reason
from quanqu.kernel.errors import QuanquError

__all__ = ["REFUSALS", "said"]

# The templates of the errors a reader can meet; their fields stay as they are.
REFUSALS: Final = (
    gettext_noop("Nothing waits to be picked at {place}."),
    gettext_noop("No pick list {ref} was found."),
    gettext_noop("The pick list is {state}{picker}; this cannot be done."),
    gettext_noop("The line {line} cannot be picked so: {problem}."),
    gettext_noop("Part {part} of the order {ref}: {problem}."),
    gettext_noop("No part {part} of an order {ref} was found."),
    gettext_noop("No parcel {ref} was found."),
    gettext_noop("The parcel is {state}; this cannot be done."),
    gettext_noop("The {field} of the parcel is wrong: {problem}."),
    gettext_noop("The service {service} does not take this parcel."),
    gettext_noop("The order {ref} has no address to send to."),
    gettext_noop("No carrier {ref} was found."),
    gettext_noop("The {field} of the carrier is wrong: {problem}."),
    gettext_noop("The tariff is wrong at {at}: {problem}."),
    gettext_noop("This is not signed by the carrier of this account."),
    gettext_noop("The tracking notice cannot be read: {problem}."),
    gettext_noop("The payment by {tender} was refused: {reason}."),
    gettext_noop("This is not the pickup code of the order {ref}."),
    gettext_noop("The id {ref} was used for another order."),
    gettext_noop("The order {ref} is {state}; the step {step} cannot follow."),
    gettext_noop("No live order {ref} was found."),
    gettext_noop("The order {ref} has no part {part}."),
    gettext_noop("Part {part} of the order {ref} is {state}; the step {step} cannot follow."),
    gettext_noop("The order {ref} is held up: {kinds}."),
    gettext_noop("Not enough of {count} of the lines can be promised."),
    gettext_noop("The payments make {paid}, the order {total} ({currency})."),
    gettext_noop("Line {line}: {sku} has no price in {currency} at this place."),
    gettext_noop("Line {line}: no item {ref} was found at {place}."),
    gettext_noop("A call with this Idempotency-Key is still being worked on."),
    gettext_noop("A tag's name has 1 to 60 characters."),
    gettext_noop("The tag {tag} is worked out; nobody puts it on or takes it off by hand."),
    gettext_noop("The name {tag} is taken by another tag."),
    gettext_noop("The tag's definition is not right: {summary}"),
    gettext_noop("A statistical tag's name has letters, digits, spaces and $ . : / - _ only."),
    gettext_noop("The tag would depend on itself: {cycle}."),
    gettext_noop("This tag is archived."),
    gettext_noop("There can be {most} computed tags; archive one first."),
    gettext_noop("The file of answers cannot be read: {problem}."),
    gettext_noop("What a tag means has up to 500 characters, who looks after it up to 120."),
    gettext_noop("No privacy request {ref} was found."),
    gettext_noop("The profile is not valid at {at}: {problem}."),
    gettext_noop("The {name} of the place is wrong: {problem}."),
    gettext_noop("No profile {ref} was found."),
    gettext_noop("No decision {ref} was found."),
    gettext_noop("Rule {line}: {problem}."),
    gettext_noop("No count {ref} was found."),
    gettext_noop("A count has 1 to {most} items; here are {found}."),
    gettext_noop("The item {item} cannot be counted: {problem}."),
    gettext_noop("Entry {line}: {problem}."),
    gettext_noop("{count} items have not been counted yet."),
    gettext_noop("The count {ref} is {state}; it cannot be {wanted}."),
    gettext_noop("One buyer may have less of {count} of the items than was asked for."),
    gettext_noop("The {name} is a number from {least} to {largest}."),
    gettext_noop(
        "A distance needs coordinates, or a postcode like that of a place; {postcode!r} is none."
    ),
    gettext_noop("The request {ref} has decided another order. Use a new one."),
    gettext_noop("The decision {ref} has no parcel there."),
    gettext_noop("Others were faster {tries} times. Try again."),
    gettext_noop("The state of the request ({state}) does not allow this."),
    gettext_noop("Somebody else than who verified the person has to approve this."),
    gettext_noop("The deadline can be extended once, before it is over, and under the GDPR only."),
    gettext_noop(
        "{count} customers are named; an erasure takes 1 to 1,000, any other request one."
    ),
    gettext_noop("Say how or why in 3 to 500 characters."),
    gettext_noop(
        "The correction of {field!r} cannot be taken: it names fields of the profile with text of "
        "1 to 500 characters, dates as 1990-05-31."
    ),
    gettext_noop("The export of this request is not there any more."),
    gettext_noop("{places} still hold rows of the person after {looks} looks."),
    gettext_noop("{rule} takes {least} to {most} days."),
    gettext_noop("A {kind} cannot be placed below a {parent_kind}."),
    gettext_noop("A matching run is under way; wait until it has ended."),
    gettext_noop("An audience's name has 1 to 120 characters."),
    gettext_noop("Choose 2 to {most} audiences to compare."),
    gettext_noop("Ask for 1 to {most} days, the first one first."),
    gettext_noop(
        "A snapshot or an upload does not change by itself: there is nothing to forecast."
    ),
    gettext_noop(
        "A snapshot or an upload has no rules to change: build another audience beside it."
    ),
    gettext_noop("Nobody would be on the list."),
    gettext_noop("This address cannot be called: {reason}."),
    gettext_noop("An audience has at most {most} webhooks."),
    gettext_noop("The webhook is {state}: this cannot be done."),
    gettext_noop(
        "{people} people are more than the {most} that one person may hand out alone. "
        "Ask for the word of a second person."
    ),
    gettext_noop("Somebody else than who asked for the export has to decide."),
    gettext_noop("The request for this export is {state}: this cannot be done any more."),
    gettext_noop("{people} people would be handed out now; {approved} were approved. Ask anew."),
    gettext_noop("Say why in 3 to 500 characters."),
    gettext_noop("Set a number from 0 to 1,000,000."),
    gettext_noop("Only people ask for exports and decide about them, not API keys."),
    gettext_noop("This upload is saved already."),
    gettext_noop("Who was in it is known from {since} to {today}."),
    gettext_noop("A list takes {most} rows at a time. Split the file."),
    gettext_noop("Give columns of equal length, each of one of these types: {types}."),
    gettext_noop("No column of {file} could be read as an identifier. Its columns: {columns}."),
    gettext_noop("Both sides of the link are the same customer."),
    gettext_noop("Events cannot be exported to {target}: {reason}."),
    gettext_noop("Events cannot be stored just now. Send the same batch again."),
    gettext_noop("Evidence {key} is withdrawn already."),
    gettext_noop("Idempotency-Key: give 1 to 255 printable ASCII characters."),
    gettext_noop("Import {run} is over ({state})."),
    gettext_noop("Import {run} is running already."),
    gettext_noop("Line {line}: {reason}"),
    gettext_noop("No API key {ref} was found."),
    gettext_noop("No event was accepted. The first one, at {index}: {reason}."),
    gettext_noop("No event with the message id {ref} was found."),
    gettext_noop("No finding {ref} was found."),
    gettext_noop("No job {ref} was found."),
    gettext_noop("No order {ref} was found."),
    gettext_noop("No person {ref} was found."),
    gettext_noop("No product {ref} was found."),
    gettext_noop("No role {ref} of this person was found."),
    gettext_noop("No saved view {ref} was found."),
    gettext_noop("No source {ref} was found."),
    gettext_noop("No unit {ref} was found."),
    gettext_noop("No waiting event {ref} was found."),
    gettext_noop("Nothing was written to {name} in the lake: {reason}."),
    gettext_noop("Orders come by {sort} total within one currency only: give currency, too."),
    gettext_noop("Pages of {origin} may not send to this source."),
    gettext_noop(
        "A score's name has 1 to 60 small letters, digits, _ . - and begins with a letter."
    ),
    gettext_noop("What a score means has 1 to 500 characters, who looks after it 1 to 120."),
    gettext_noop("The lower bound of a score is a number below the higher."),
    gettext_noop("There is no score {name}: define it first."),
    gettext_noop(
        "{seed} members of the audience may be learned from; similar people can be looked for "
        "from {fewest} on."
    ),
    gettext_noop(
        "{others} customers outside the audience may be learned from; at least {fewest} are needed."
    ),
    gettext_noop(
        "What is known of the members does not tell them from others: AUC {auc} ({low} to {high}), "
        "and 0.5 is chance."
    ),
    gettext_noop("This model is being trained already."),
    gettext_noop("The training failed at every try, the last time with: {reason}."),
    gettext_noop(
        "The training did not come to its end: its worker was stopped at every try (for example "
        "for lack of memory), or its job was dropped."
    ),
    gettext_noop("This model has no scores to choose people by yet."),
    gettext_noop("{basis!r} is no basis to learn on: choose consent or legitimate_interests."),
    gettext_noop("Give either a share from 0.001 to 0.5 or a number of people from 1 to {most}."),
    gettext_noop("One call brings 1 to {most} scores."),
    gettext_noop("The score {name} is written by a model here; bring yours under another name."),
    gettext_noop("Say what the contact data is for: a purpose and a channel."),
    gettext_noop("Sign in or give an API key."),
    gettext_noop("Split off some identifiers of the customer, and leave it at least one."),
    gettext_noop("There is no draft of the identity rules."),
    gettext_noop(
        "Version {version} of the identity rules is being activated. Wait until it is done."
    ),
    gettext_noop("Verdict {key} is lifted already."),
    gettext_noop("The identity rules cannot be used: {summary}"),
    gettext_noop("These customers are held apart since {since}. Lift that first."),
    gettext_noop("The analytical engine {engine} does not answer."),
    gettext_noop("The API key is not valid."),
    gettext_noop("The attribute {attribute}: {problem}."),
    gettext_noop("The audience's rules are not right: {summary}"),
    gettext_noop("The batch has {count} events; at most {limit} are taken at once."),
    gettext_noop("The body cannot be read: {reason}."),
    gettext_noop("The body is larger than {limit_bytes} bytes."),
    gettext_noop("The channel rules have changed meanwhile: version {version} is in force."),
    gettext_noop("The code {source_code} is taken by another source."),
    gettext_noop("The code {unit_code} is taken by another {kind}."),
    gettext_noop("The column {column} of {table} {problem}."),
    gettext_noop("The column {column} {problem}."),
    gettext_noop("The cursor {text!r} is not valid. Start again from the first page."),
    gettext_noop("The database is {database}."),
    gettext_noop("The event cannot be handed in: {reason}."),
    gettext_noop("The format of the log cannot be used: {reason}."),
    gettext_noop("The group needs at least one active owner."),
    gettext_noop("The job {ref} has not failed: it is {state}."),
    gettext_noop("The key {key_prefix} is {state}."),
    gettext_noop("The lake has no table {name}."),
    gettext_noop("The log {file} cannot be read: {reason}."),
    gettext_noop("The mapping {mapping} is wrong at {where}: {problem}."),
    gettext_noop("The request is not valid."),
    gettext_noop("The columns cannot be used: {reason}."),
    gettext_noop("There is nothing to undo here."),
    gettext_noop("Too few rows to learn from ({rows}): no two agree on any pair of details."),
    gettext_noop("This pair has been answered already. Undo that answer first."),
    gettext_noop("{path} cannot be read as a table: {reason}."),
    gettext_noop("{answer!r} is no answer: choose same, different or unsure."),
    gettext_noop("The rows for {name} do not fit its columns: {reason}."),
    gettext_noop("The signature does not match."),
    gettext_noop("The table of {what} is wrong: {problem}."),
    gettext_noop("The tracking plan has no event {ref}."),
    gettext_noop("The write key is not valid."),
    gettext_noop("The file cannot be read: {problem}."),
    gettext_noop("The reference {reference!r} stands for another statement."),
    gettext_noop("The statement is wrong: {problem}."),
    gettext_noop("There is no text of {purpose} with version {version} in {language}."),
    gettext_noop("This link is no longer valid. Ask for a new one."),
    gettext_noop("{channel!r} is not a channel of {purpose}. It is one of: {channels}."),
    gettext_noop("{purpose!r} is not a purpose."),
    gettext_noop("There is no channel {channel!r}. Known channels: {known}."),
    gettext_noop("There is no field {field!r}."),
    gettext_noop("There is no group yet. Make one with: quanqu org group NAME --currency CODE"),
    gettext_noop("There is no metric {metric}."),
    gettext_noop("There is no {kind} {name!r}. Known: {known}."),
    gettext_noop("This audience is archived."),
    gettext_noop("This e-mail address belongs to another person."),
    gettext_noop("This Idempotency-Key was used for a different request body."),
    gettext_noop("This is no TCF consent string: {problem}."),
    gettext_noop("This needs the permission {permission}."),
    gettext_noop("This sign-in link has been used or has expired. Ask for a new one."),
    gettext_noop("Too many requests. Try again in {retry_after_s} s."),
    gettext_noop("You cannot give the role {role} over {unit}: you do not hold its rights there."),
    gettext_noop("{field} must be between {low} and {high}."),
    gettext_noop("{field}: {reason}"),
    gettext_noop(
        "{file} cannot be imported as {shape} yet: no column was found for {missing}. "
        "Columns: {columns}. Say which it is: in the import wizard of the console, as --map "
        "FIELD=COLUMN of the command, or in `fields` of the API."
    ),
    gettext_noop("{file} cannot be read after row {row}."),
    gettext_noop("{file} ends in the middle, after row {row}. Fetch it again and import it again."),
    gettext_noop(
        "{file} has a cell of more than {limit} bytes in column {column} after row {row}."
    ),
    gettext_noop("{file} has a line of more than {limit} bytes after row {row}."),
    gettext_noop("{file} has no sheet {sheet!r}. Its sheets: {known}."),
    gettext_noop("{file} has {count} columns; the limit is {limit}."),
    gettext_noop("{file} holds no list of records with named values that could be imported."),
    gettext_noop("{file} holds no rows."),
    gettext_noop("{file} is not a readable {format} file after row {row}: {problem}."),
    gettext_noop("{file} is not imported: {reason}."),
    gettext_noop("{file} is not {encoding} text near row {row} (byte {byte}). Save it as UTF-8."),
    gettext_noop("{file} is of no kind that can be read. {advice}Known kinds: {known}."),
    gettext_noop("{file} lacks the column {columns}, which the mapping {mapping} needs."),
    gettext_noop("{file} unpacks to more than {limit} bytes from {size}. It was not read further."),
    gettext_noop("{format!r} is not a format: choose csv, xlsx, parquet or hashed."),
    gettext_noop("{kind} {ref} was not found."),
    gettext_noop("{left} and {right} are different currencies."),
    gettext_noop("{metric} cannot be divided by {dimension}. It knows {allowed}."),
    gettext_noop("{path} holds no file of the channel {channel}. It looks for {wanted}."),
    gettext_noop("{ref!r} is not job-NUMBER or event-NUMBER."),
    gettext_noop("{text!r} is no {kind} id."),
    gettext_noop("{text!r} is not an amount of {currency}."),
    gettext_noop("{text!r} is not an RFC 3339 time."),
    gettext_noop("The source {ref} reads from no warehouse."),
    gettext_noop("The warehouse cannot be read: {reason}."),
    gettext_noop("{type!r} is not an identifier type."),
    gettext_noop("{count} of the lines cannot be held: less is available than was asked for."),
    gettext_noop("The time {at} lies {ahead_s} s ahead; check the clock it comes from."),
    gettext_noop("No item {ref} of the company of place {place} was found."),
    gettext_noop("No transfer {ref} was found."),
    gettext_noop("A transfer goes from one place to another of the same company."),
    gettext_noop("Line {line}: {asked} are to be sent, {free} are there and promised to nobody."),
    gettext_noop("The transfer {ref} is {state}; it cannot be {wanted}."),
    gettext_noop("Movement {line}: {problem}."),
    gettext_noop("Line {line}: {problem}."),
    gettext_noop("No hold {ref} was found."),
    gettext_noop("The hold {ref} is {state}; it cannot be {wanted}."),
    gettext_noop("No place {ref} was found."),
    gettext_noop("The {name} is a number from 0 to {largest}."),
    gettext_noop("{state} would fall to {balance} at place {place}, item {item}."),
    gettext_noop("Line {line}: {reason}."),
    gettext_noop("No return to a supplier {ref} was found."),
    gettext_noop("The reference {ref} belongs to another return to this supplier."),
    gettext_noop("Line {line}: {available} units are free to go back, not {quantity}."),
    gettext_noop("The credit cannot be taken: {reason}."),
    gettext_noop("No supplier {ref} was found."),
    gettext_noop("No purchase order {ref} was found."),
    gettext_noop("No receipt {ref} was found."),
    gettext_noop("The code {ref} belongs to another supplier of the company."),
    gettext_noop("The field {field} cannot be taken: {reason}."),
    gettext_noop("The catalogue cannot be read: {reason}."),
    gettext_noop("A cost begins on {today} or later: what was valid before stays as it was."),
    gettext_noop("The purchase order {ref} is {state}: this cannot be done."),
    gettext_noop("The order comes to {total}; {supplier} delivers from {minimum}."),
    gettext_noop("Somebody else than who submitted the order has to approve it."),
    gettext_noop(
        "Line {line}: {units} units would be {excess} more than the {most} that may come."
    ),
    gettext_noop("The reference {ref} belongs to another receipt of this order."),
    gettext_noop("The cost cannot be shared out: {reason}."),
    gettext_noop("An amount is from 1 to {largest} minor units; {amount} is not."),
    gettext_noop("The {field} {problem}."),
    gettext_noop("This looks like a card number. Give the token of the provider's vault instead."),
    gettext_noop("There is no tender {tender!r}; there are {known}."),
    gettext_noop("This company does not take {tender}: it has no account for it."),
    gettext_noop("{tender} cannot be {wanted}."),
    gettext_noop("No payment {ref} was found."),
    gettext_noop("The id {ref} was used for another {what}."),
    gettext_noop("The payment {ref} is {state}: {amount} cannot be {wanted}, at most {left}."),
    gettext_noop("{amount} is more than the {left} that can be given back for {reference}."),
    gettext_noop("The account: {problem}."),
    gettext_noop("No account {ref} was found."),
    gettext_noop("The provider is asked after the transaction, not within it."),
    gettext_noop("The notice is not signed by the provider of this account."),
    gettext_noop("The notice of {provider} cannot be read."),
    gettext_noop("This is told before what it follows. Send it again later."),
)


def said(error: QuanquError) -> str:
    """Return what an error says, in the active language where it speaks by its template."""
    told = str(error)
    template = type(error).template
    try:
        speaks = template in REFUSALS and template.format(**error.fields) == told
    except (KeyError, IndexError):  # it was given a message of its own
        speaks = False
    if not speaks:
        return told
    fields = dict(error.fields)
    for name in ("reason", "problem"):
        if isinstance(reason := fields.get(name), str):
            fields[name] = said_reason(reason)
    return gettext(template).format(**fields)
