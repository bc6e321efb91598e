"""Named errors of imports.

InvalidError
├── UnreadableFileError       the file itself is wrong; what was read before the break is kept
│   ├── WrongEncodingError        bytes that are not text in the file's encoding
│   ├── TruncatedFileError        the file ends in the middle
│   ├── LineTooLongError          a line beyond the limit
│   ├── CellTooLargeError         a cell beyond the limit
│   ├── TooManyColumnsError       more columns than the limit
│   ├── ExpansionLimitError       a file that unpacks to far more than it weighs
│   ├── MalformedFileError        not the format it says it is
│   ├── EmptyFileError            nothing in it
│   └── NoRecordsError            JSON without a list of records
├── UnsupportedFileError      a kind of file no reader knows
├── MissingColumnError        a column the mapping needs is not there
├── MissingSheetError         a sheet the mapping names is not in the workbook
├── UnmappedColumnsError      what the columns mean cannot be told; a needed field is missing
├── NoIdentifiersError        no column of a file tells who the customers are
├── UnknownFieldError         a field or column named by hand that there is not
├── MissingFileError          a file the channel needs is not in the folder
├── BadMappingError           the mapping is wrong, and where
└── RefusedPayloadError       a payload this channel knows and does not import, and why
"""

from typing import ClassVar

from quanqu.kernel.errors import InvalidError, NotAllowedError, NotFoundError, RefusedError

__all__ = [
    "BadMappingError",
    "BadSignatureError",
    "CellTooLargeError",
    "EmptyFileError",
    "ExpansionLimitError",
    "LineTooLongError",
    "MalformedFileError",
    "MissingColumnError",
    "MissingFileError",
    "MissingSheetError",
    "NoIdentifiersError",
    "NoRecordsError",
    "RefusedPayloadError",
    "RunBusyError",
    "RunFinishedError",
    "TooManyColumnsError",
    "TruncatedFileError",
    "UnknownChannelError",
    "UnknownFieldError",
    "UnmappedColumnsError",
    "UnreadableFileError",
    "UnsupportedFileError",
    "WrongEncodingError",
]


class UnreadableFileError(InvalidError):
    """The file cannot be read to its end; `row` is the last row before the break."""

    code: ClassVar[str] = "connectors.unreadable_file"
    template: ClassVar[str] = "{file} cannot be read after row {row}."


class WrongEncodingError(UnreadableFileError):
    """Bytes that are not text in the encoding the file began with."""

    code = "connectors.wrong_encoding"
    template = "{file} is not {encoding} text near row {row} (byte {byte}). Save it as UTF-8."


class TruncatedFileError(UnreadableFileError):
    """The file ends in the middle of something."""

    code = "connectors.truncated_file"
    template = "{file} ends in the middle, after row {row}. Fetch it again and import it again."


class LineTooLongError(UnreadableFileError):
    """A line beyond the limit."""

    code = "connectors.line_too_long"
    template = "{file} has a line of more than {limit} bytes after row {row}."


class CellTooLargeError(UnreadableFileError):
    """A cell beyond the limit."""

    code = "connectors.cell_too_large"
    template = "{file} has a cell of more than {limit} bytes in column {column} after row {row}."


class TooManyColumnsError(UnreadableFileError):
    """More columns than the limit."""

    code = "connectors.too_many_columns"
    template = "{file} has {count} columns; the limit is {limit}."


class ExpansionLimitError(UnreadableFileError):
    """The file unpacks to far more than it weighs: a bomb, or a mistake that acts like one."""

    code = "connectors.expansion_limit"
    template = "{file} unpacks to more than {limit} bytes from {size}. It was not read further."


class MalformedFileError(UnreadableFileError):
    """The content is not of the format the name says."""

    code = "connectors.malformed_file"
    template = "{file} is not a readable {format} file after row {row}: {problem}."


class EmptyFileError(UnreadableFileError):
    """There is nothing in the file."""

    code = "connectors.empty_file"
    template = "{file} holds no rows."


class NoRecordsError(UnreadableFileError):
    """JSON of some other form: nothing in it is a record with named values."""

    code = "connectors.no_records"
    template = "{file} holds no list of records with named values that could be imported."


class UnsupportedFileError(InvalidError):
    """No reader knows this kind of file; `advice` says what to do with it, if anything can be."""

    code = "connectors.unsupported_file"
    template = "{file} is of no kind that can be read. {advice}Known kinds: {known}."


class MissingColumnError(InvalidError):
    """A column the mapping needs is absent."""

    code = "connectors.missing_column"
    template = "{file} lacks the column {columns}, which the mapping {mapping} needs."


class MissingSheetError(InvalidError):
    """The workbook has no such sheet."""

    code = "connectors.missing_sheet"
    template = "{file} has no sheet {sheet!r}. Its sheets: {known}."


class UnmappedColumnsError(InvalidError):
    """Nothing was found for a needed field; `columns` are those of the file."""

    code = "connectors.unmapped_columns"
    template = (
        "{file} cannot be imported as {shape} yet: no column was found for {missing}. "
        "Columns: {columns}. Say which it is: in the import wizard of the console, as "
        "--map FIELD=COLUMN of the command, or in `fields` of the API."
    )


class NoIdentifiersError(InvalidError):
    """No column of a file tells who the customers are."""

    code: ClassVar[str] = "connectors.no_identifiers"
    template: ClassVar[str] = (
        "No column of {file} could be read as an identifier. Its columns: {columns}."
    )


class UnknownFieldError(InvalidError):
    """A field or column that was named by hand is not one of those there are."""

    code = "connectors.unknown_field"
    template = "There is no {kind} {name!r}. Known: {known}."


class MissingFileError(InvalidError):
    """None of the files a channel's mappings start from is there."""

    code = "connectors.missing_file"
    template = "{path} holds no file of the channel {channel}. It looks for {wanted}."


class BadMappingError(InvalidError):
    """The mapping is wrong at `where`."""

    code = "connectors.bad_mapping"
    template = "The mapping {mapping} is wrong at {where}: {problem}."


class RefusedPayloadError(InvalidError):
    """The channel knows this payload and does not import it; `reason` says why."""

    code = "connectors.refused_payload"
    template = "{file} is not imported: {reason}."


class UnknownChannelError(NotFoundError):
    """There is no such channel."""

    code = "connectors.unknown_channel"
    template = "There is no channel {channel!r}. Known channels: {known}."


class RunBusyError(RefusedError):
    """Another process is working on the same import."""

    code = "connectors.run_busy"
    template = "Import {run} is running already."


class RunFinishedError(RefusedError):
    """The run is over; it can be neither cancelled nor started again."""

    code = "connectors.run_finished"
    template = "Import {run} is over ({state})."


class BadSignatureError(NotAllowedError):
    """The webhook's signature does not match its body."""

    code = "connectors.bad_signature"
    template = "The signature does not match."
