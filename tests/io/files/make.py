#!/usr/bin/env python3
"""Writes the files of this folder with the programs that users have: NumPy, pandas, scikit-learn.

usage: make.py        (needs python3-numpy, python3-pandas and python3-sklearn; the files are committed)

files.json names for each file the matrix that it holds. What R, Excel and LIBSVM's tools write is written here by hand,
in their manner, as these programs are not at hand.
"""
import csv
import gzip
import json
import pathlib

import numpy
import pandas
from sklearn.datasets import dump_svmlight_file

HERE = pathlib.Path(__file__).parent
ROWS = 6
MATRIX = numpy.array([[0.5 + i, 0.25 - 1.25 * i * i, 3.0 * (i % 2) + 0.125, 2.0 * i - 7.5] for i in range(ROWS)])
WHOLE = numpy.array([[i, i * i, 7 - i, 5 * i - 3] for i in range(ROWS)])
NAMES = ["age", "b m i", "rate", "y"]
FILES = {}


def note(name, matrix, **options):
    """Takes the file down: its matrix, and what `lowprec` needs to know or says of it."""
    FILES[name] = {"matrix": numpy.asarray(matrix, dtype=float).tolist(), **options}


def npy(name, array, **options):
    numpy.save(HERE / name, array)
    note(name, numpy.asarray(array), **options)


def header_by_hand(name, header, array):
    """A .npy file whose header is one that the specification allows and NumPy does not write."""
    text = header.encode() + b"\n"
    (HERE / name).write_bytes(b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + array.tobytes())
    note(name, array)


def text(name, data, matrix=MATRIX, **options):
    (HERE / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    note(name, matrix, **options)


def lines(rows, delimiter=",", end="\n", names=None, index=None, quote=str):
    """Text as a program writes it."""
    result = "" if names is None else delimiter.join(map(quote, names)) + end
    for i, row in enumerate(rows):
        cells = [repr(float(x)) if not float(x).is_integer() else str(int(x)) for x in row]
        result += delimiter.join(cells if index is None else [index(i), *cells]) + end
    return result


def npy_files():
    npy("numpy_c.npy", MATRIX)
    npy("numpy_fortran.npy", numpy.asfortranarray(MATRIX))
    npy("numpy_transposed.npy", MATRIX.T.copy().T)
    npy("numpy_f4.npy", MATRIX.astype("<f4"))
    npy("numpy_f2.npy", MATRIX.astype("<f2"))
    npy("numpy_big_endian.npy", MATRIX.astype(">f8"))
    npy("numpy_big_endian_f2.npy", numpy.asfortranarray(MATRIX.astype(">f2")))
    npy("numpy_big_endian_i4.npy", WHOLE.astype(">i4"))
    npy("numpy_i1.npy", WHOLE.astype("i1"))
    npy("numpy_i8_large.npy", numpy.array([[i << 57, -(i << 55), 7 - i, 1 << (i + 50)] for i in range(ROWS)]))
    npy("numpy_u8_large.npy", numpy.array([[2 ** 63 + 2 ** 20 * i, i, 7 + i * i, i + 1] for i in range(ROWS)], dtype="u8"))
    npy("numpy_bool.npy", numpy.array([[i % 2, i % 3, i > 2, i == 4 or i == 1] for i in range(ROWS)], dtype=bool))
    header_by_hand("header_other_order.npy", '{"shape":(6,4),"fortran_order":False,"descr":"<f8"}', MATRIX)
    header_by_hand("header_python2.npy", "{'descr': '<f8', 'fortran_order': False, 'shape': (6L, 4L), }", MATRIX)
    header_by_hand("header_i1.npy", "{ 'shape' : [6, 4] , 'descr' : '<i1' , 'fortran_order' : False }", WHOLE.astype("i1"))
    numpy.savez(HERE / "numpy.npz", weights=MATRIX, other=WHOLE)
    note("numpy.npz#weights", MATRIX)
    note("numpy.npz#other.npy", WHOLE)
    numpy.savez_compressed(HERE / "numpy_compressed.npz", weights=numpy.asfortranarray(MATRIX), zeros=numpy.zeros((99, 99)))
    note("numpy_compressed.npz#weights", MATRIX)
    codes = numpy.array([[0x38, 0xB8, 0x40, 0x01], [0x7E, 0x00, 0x3C, 0x30], [0x20, 0x28, 0xC4, 0x48]], dtype="u1")
    values = [[1, -1, 2, 2 ** -9], [448, 0, 1.5, 0.5], [0.125, 0.25, -3, 4]]
    for name, array in [("ml_dtypes_e4m3.npy", codes.view("V1")), ("codes_u1.npy", codes)]:
        npy_codes(name, array, values, "e4m3fn")
    bf16 = (MATRIX.astype("<f4").view("<u4") >> 16).astype("<u2")
    npy_codes("ml_dtypes_bf16.npy", bf16.view("V2"), MATRIX, "bfloat16")


def npy_codes(name, array, values, format):
    numpy.save(HERE / name, array)
    note(name, values, **{"as": format})


def pandas_files():
    frame = pandas.DataFrame(MATRIX, columns=NAMES)
    index_note = "left out as an index"
    for name, options, words in [("pandas.csv", {"index": False}, []), ("pandas_index.csv", {}, [index_note]),
                                 ("pandas_semicolon.csv", {"index": False, "sep": ";"}, []),
                                 ("pandas_tab.tsv", {"index": False, "sep": "\t"}, []),
                                 ("pandas_quoted.csv", {"index": False, "quoting": csv.QUOTE_ALL}, []),
                                 ("pandas_bom.csv", {"index": False, "encoding": "utf-8-sig"}, [])]:
        frame.to_csv(HERE / name, **options)
        note(name, MATRIX, names=NAMES, notes=words)
    frame.sample(frac=1, random_state=1).to_csv(HERE / "pandas_shuffled.csv")
    note("pandas_shuffled.csv", frame.sample(frac=1, random_state=1), names=NAMES, notes=[index_note])
    pandas.read_csv(HERE / "pandas_index.csv").to_csv(HERE / "pandas_twice.csv", index=False)
    note("pandas_twice.csv", MATRIX, names=NAMES, notes=[index_note])
    nameless = pandas.DataFrame(MATRIX)
    nameless.to_csv(HERE / "pandas_nameless.csv", index=False)
    note("pandas_nameless.csv", MATRIX, names=["0", "1", "2", "3"], notes=["taken for names"])
    nameless.to_csv(HERE / "pandas_nameless_index.csv")
    note("pandas_nameless_index.csv", MATRIX, names=["0", "1", "2", "3"], notes=["taken for names", index_note])
    nameless.to_csv(HERE / "pandas_no_header.csv", index=False, header=False)
    note("pandas_no_header.csv", MATRIX)
    pandas.DataFrame(WHOLE[:, [1, 0, 2, 3]]).to_csv(HERE / "pandas_whole.csv", index=False, header=False)
    note("pandas_whole.csv", WHOLE[:, [1, 0, 2, 3]])


def text_files():
    numpy.savetxt(HERE / "numpy_savetxt.txt", MATRIX)
    note("numpy_savetxt.txt", MATRIX)
    numpy.savetxt(HERE / "numpy_savetxt.csv", MATRIX, delimiter=",", header="age,bmi,rate,y")
    note("numpy_savetxt.csv", MATRIX)
    quoted = '"{}"'.format
    text("r_write_csv.csv", lines(MATRIX, names=["", *NAMES], quote=quoted, index=lambda i: quoted(i + 1)), names=NAMES,
         notes=["left out as an index"])
    text("r_write_table.txt", lines(MATRIX, " ", names=NAMES, quote=quoted, index=lambda i: quoted(f"Mazda RX{i}")),
         names=NAMES, notes=["left out as an index"])
    text("r_no_names.csv", lines(MATRIX, names=["V1", "V2", "V3", "V4"]), names=["V1", "V2", "V3", "V4"])
    text("excel.csv", b"\xef\xbb\xbf" + lines(MATRIX, ";", "\r\n", NAMES).encode(), names=NAMES)
    text("excel_mac.csv", lines(MATRIX, ",", "\r", NAMES), names=NAMES)
    text("blanks_after_commas.csv", lines(MATRIX, ", ", names=NAMES) + "   \n\t\n", names=NAMES)
    text("first_row_of_integers.csv", "10,4,6,1\n" + lines(MATRIX), matrix=[[10, 4, 6, 1], *MATRIX.tolist()])
    text("counting_row.csv", "0,1,2,3\n" + lines(WHOLE), matrix=[[0, 1, 2, 3], *WHOLE.tolist()])


def libsvm_files():
    label_first = numpy.column_stack([MATRIX[:, 3], MATRIX[:, :3]])
    dump_svmlight_file(MATRIX[:, :3], MATRIX[:, 3], str(HERE / "sklearn_zero_based.svm"))
    note("sklearn_zero_based.svm", label_first, target=0)
    dump_svmlight_file(MATRIX[:, :3], MATRIX[:, 3], str(HERE / "sklearn_queries.svm"), zero_based=False,
                       query_id=numpy.arange(ROWS) // 2, comment="with queries")
    note("sklearn_queries.svm", label_first, target=0)
    sparse = label_first.copy()
    sparse[0, 1:] = 0
    rows = [" ".join([f"{row[0]:+g}", *(f"{j}:{x!r}" for j, x in enumerate(row[1:].tolist(), 1) if x)]) for row in sparse]
    text("liblinear.svm", "\n".join(rows) + "\n", sparse, target=0)
    text("liblinear_bom.svm", b"\xef\xbb\xbf" + "\r\n".join(rows).encode(), sparse, target=0)


def refused_files():
    """Files that no reader of text can read: the message says what they are."""
    table = lines(MATRIX, names=NAMES)
    refused = {"utf16.csv": (table.encode("utf-16"), "UTF-16"),
               "utf16_no_mark.csv": (table.encode("utf-16-le"), "UTF-16"),
               "table.csv.gz": (gzip.compress(table.encode(), mtime=0), "gzip"),
               "ragged.csv": (table + "1,2\n", "2 cells"),
               "decimal_comma.csv": ("a;y\n0,5;1\n1,5;2\n", "decimal comma"),
               "not_an_index.csv": (",a,y\n0,1,2\n1,3,4\n2.5,5,6\n", "no name")}
    for name, (data, _) in refused.items():
        (HERE / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    return {name: words for name, (_, words) in refused.items()} | {
        "numpy.npz": "weights, other", "numpy.npz#nothing": "there is no array nothing", ".": "directory"}


if __name__ == "__main__":
    npy_files()
    pandas_files()
    text_files()
    libsvm_files()
    found = {"files": FILES, "refused": refused_files()}
    (HERE / "files.json").write_text(json.dumps(found, indent=1) + "\n")
