"""Messages of Python and NumPy about a mistake, in plain words for people who have not met ufuncs.

    in_plain_words("'NoneType' object is not subscriptable")

gives "None is indexed with [...]. Did a function above not return its result?"
"""

from __future__ import annotations

import re

_PRODUCT = "in a matrix product a @ b, a has {columns} columns and b has {rows} rows; they must be the same number."
_NONE = "Did a function above not return its result?"
_SHAPE = r"\([\d, ]*\)"

# Patterns of texts, and the sentence in place of each; the first that fits counts.
_SENTENCES = {
    # shapes that do not fit
    r"matmul: Input operand 1 .* \(size (?P<rows>\d+) is different from (?P<columns>\d+)\)": _PRODUCT,
    r"shapes .* not aligned: (?P<columns>\d+) \(dim \d\) != (?P<rows>\d+) \(dim \d\)": _PRODUCT,
    r"matmul: Input operand \d does not have enough dimensions \(has 0": (
        "a matrix product @ needs arrays on both sides, and one side is a single number or None."
    ),
    rf"operands could not be broadcast together with shapes (?P<a>{_SHAPE}) (?P<b>{_SHAPE})\s*$": (
        "arrays of the shapes {a} and {b} do not fit together element by element."
    ),
    rf"operands could not be broadcast together with shapes (?P<shapes>{_SHAPE}( {_SHAPE})+)": (
        "arrays of the shapes {shapes} do not fit together element by element."
    ),
    rf"remapped shapes \[original->remapped\]: (?P<a>{_SHAPE})->.* (?P<b>{_SHAPE})->.* and requested shape": (
        "in a product of stacks of matrices, the shapes {a} and {b} must be alike but for the last two axes."
    ),
    rf"remapped shapes \[original->remapped\]: (?P<a>{_SHAPE})\s+and requested shape (?P<b>{_SHAPE})": (
        "an array of shape {a} cannot be broadcast to the shape {b}."
    ),
    rf"remapped shapes \[original->remapped\]: (?P<a>{_SHAPE})->\(.*?newaxis.*?\) (?P<b>{_SHAPE})->": (
        "in einsum, a letter stands for two different lengths; the arrays have the shapes {a} and {b}."
    ),
    rf"could not broadcast input array from shape (?P<a>{_SHAPE}) into shape (?P<b>{_SHAPE})": (
        "an array of shape {a} is put into a place of shape {b}."
    ),
    rf"non-broadcastable output operand with shape (?P<a>{_SHAPE}) doesn't match the broadcast shape (?P<b>{_SHAPE})": (
        "an array of shape {a} is changed in place, and the result has the shape {b}."
    ),
    r"cannot reshape array of size (?P<size>\d+) into shape (?P<shape>\(.*?\))": (
        "an array of {size} numbers does not fit into the shape {shape}."
    ),
    r"array split does not result in an equal division": (
        "np.split needs parts of equal size, and this axis cannot be divided into so many. Is it the right axis?"
    ),
    r"all the input array dimensions except .* dimension (?P<axis>\d+), the array at index (?P<i>\d+) has size "
    r"(?P<a>\d+) and the array at index (?P<j>\d+) has size (?P<b>\d+)": (
        "arrays that are joined must agree on every other axis; on axis {axis}, number {i} has the length {a} "
        "and number {j} the length {b}."
    ),
    r"all the input arrays must have same number of dimensions, but .* has (?P<a>\d+) dim.* has (?P<b>\d+) dim": (
        "arrays that are joined must have as many axes as each other; here one has {a} and another {b}."
    ),
    r"zero-dimensional arrays cannot be concatenated": (
        "np.concatenate joins arrays, and these are single numbers. np.array or np.stack makes an array of them."
    ),
    r"all input arrays must have the same shape": "np.stack needs arrays of one shape, and these differ.",
    r"need at least one array to (?P<what>concatenate|stack)": "there is nothing to {what}: the list is empty.",
    r"inhomogeneous shape": "an array is made of parts of different lengths. Its rows must be equally long.",
    r"setting an array element with a sequence": "an array or a list is put into the place of a single number.",
    r"Last 2 dimensions of the array must be square": "this needs a square matrix.",
    # axes and indices
    r"axis (?P<axis>-?\d+) is out of bounds for array of dimension (?P<ndim>\d+)": (
        "there is no axis {axis}: the array has {ndim} axes, counted from 0."
    ),
    r"axes don't match array|repeated axis in transpose": "transpose must name each axis of the array once.",
    r"cannot select an axis to squeeze out": "squeeze takes away axes of length 1, and this axis is longer.",
    r"index (?P<index>-?\d+) is out of bounds for axis (?P<axis>\d+) with size (?P<size>\d+)": (
        "there is no index {index} on axis {axis}: its length is {size}, and indices are counted from 0."
    ),
    r"(list|tuple) indices must be integers or slices, not tuple": (
        "a list is indexed with several numbers, as only an array can be: write a[i][j], or make an array of it."
    ),
    r"(list|tuple) (assignment )?index out of range": (
        "a list or tuple has no element of this index. The first is 0, the last len(...) - 1."
    ),
    r"too many indices for array: array is (?P<ndim>\d+)-dimensional, but (?P<count>\d+) were indexed": (
        "{count} indices are given, and the array has {ndim} axes."
    ),
    r"invalid index to scalar variable": "a single number is indexed with [...]. Only arrays and lists have elements.",
    r"boolean index did not match .* axis (?P<axis>\d+); size of axis is (?P<a>\d+) but .* is (?P<b>\d+)": (
        "a mask of {b} elements picks from axis {axis}, which has {a}."
    ),
    r"arrays used as indices must be of integer|only integers, slices .* are valid indices|indices must be integers": (
        "an index must be a whole number. // divides to whole numbers, and int(...) makes one."
    ),
    # arrays where numbers are needed, and the other way round
    r"truth value of an array with more than one element": (
        "`if` and `and` need one answer, and an array gives many. np.where decides number by number."
    ),
    r"only (0-dimensional|length-1) arrays can be converted to Python scalars": (
        "one number is needed here, and an array came. The functions of math take numbers; NumPy's take arrays."
    ),
    r"only integer scalar arrays can be converted to a scalar index": (
        "a whole number is needed here, and an array came. Should several arrays stand in one list, as [a, b]?"
    ),
    r"Cannot interpret '(?P<n>\d+)' as a data type": (
        "{n} stands where a dtype is expected. A shape is one argument: np.zeros((2, 3)), with two brackets."
    ),
    r"'tuple' object cannot be interpreted as an integer": (
        "a shape in brackets stands where single whole numbers are expected."
    ),
    r"'float' object cannot be interpreted as an integer|expected a sequence of integers or a single integer": (
        "a whole number is needed here, and a float came. // divides to whole numbers, and int(...) makes one."
    ),
    r"assignment destination is read-only": "this array cannot be changed in place. Change a copy: a = a.copy().",
    r"Cannot cast ufunc .* output from dtype\('float\d+'\) to dtype\('(?P<dtype>u?int\d+)'\)": (
        "an array of {dtype} is changed in place, and the result has fractions. Make the array of floats."
    ),
    r"can't multiply sequence by non-int": "a list is multiplied as if it were an array. np.array(...) makes one.",
    r"unsupported operand type\(s\) for [^:]+: ('NoneType' and|'\w+' and 'NoneType')": (
        f"one side of the operation is None. {_NONE}"
    ),
    r"unsupported operand type\(s\) for (?P<sign>[^:]+): '(list|tuple)' and|"
    r"unsupported operand type\(s\) for (?P<sign2>[^:]+): '\w+' and '(list|tuple)'|"
    r"bad operand type for unary .: '(list|tuple)'": (
        "a list or tuple is used as if it were an array. np.array(...) makes one of numbers."
    ),
    r"ufunc 'bitwise_xor' not supported|unsupported operand type\(s\) for \^": "^ is no power in Python: write **.",
    r"ufunc '(bitwise_and|bitwise_or|invert)' not supported": (
        "&, | and ~ work on truth values, and these are floats. Put each comparison in brackets: (a > 0) & (b > 0)."
    ),
    r"ufunc '(?P<name>\w+)' not supported for the input types": (
        "np.{name} is given something that is no array of numbers, such as text or objects."
    ),
    # None
    r"'NoneType' object is not subscriptable": f"None is indexed with [...]. {_NONE}",
    r"'NoneType' object is not iterable|cannot unpack non-iterable NoneType": (
        f"None is unpacked or looped over, as if it were a list. {_NONE}"
    ),
    r"'NoneType' object is not callable": "None is called with (...), as if it were a function.",
    r"'NoneType' object has no attribute '(?P<name>\w+)'": f"None has no .{{name}}. {_NONE}",
    r"object of type 'NoneType' has no len|argument \d of type NoneType": f"a function is given None. {_NONE}",
    # calls
    r"'(?P<type>[\w.]*\.)?(ndarray|float64)' object is not callable": (
        "an array or number is called with (...), as if it were a function. Is a * missing, or should it be [...]?"
    ),
    r"'(?P<type>int|float|list|tuple|dict|str)' object is not callable": (
        "a value of type {type} is called with (...), as if it were a function. Is a * missing, or should it be [...]?"
    ),
    r"\b(?P<f>\w+)\(\) missing (?P<n>\d+) required (?P<which>positional|keyword-only) arguments?: (?P<names>.+)": (
        "{f} is called without {names}."
    ),
    r"\b(?P<f>\w+)\(\) takes (?P<form>(from )?\d+ to \d+|\d+) positional arguments? but (?P<n>\d+) (was|were) given": (
        "{f} takes {form} arguments, and {n} came."
    ),
    r"\b(?P<f>\w+)\(\) got an unexpected keyword argument '(?P<name>\w+)'": "{f} has no argument {name}.",
    r"\b(?P<f>\w+)\(\) got multiple values for argument '(?P<name>\w+)'": "{f} is given its argument {name} twice.",
    r"module 'numpy' has no attribute '(?P<name>\w+)'": "NumPy has no np.{name}.",
    r"'numpy\.random\._generator\.Generator' object has no attribute '(?P<name>randn?)'": (
        "a generator has no {name}. It has rng.normal(0, 1, shape) and rng.uniform(low, high, shape)."
    ),
    r"'numpy\.ndarray' object has no attribute 'append'": (
        "an array has no append. Collect the parts in a list, and make an array of it with np.stack."
    ),
    r"'numpy\.ndarray' object has no attribute '(?P<name>\w+)'": "an array has no .{name}.",
    # unpacking, names, division, einsum
    r"(too many|not enough) values to unpack \(expected (?P<n>\d+)(, got (?P<got>\d+))?\)": (
        "{n} names stand left of =, and what is right of it has another number of parts."
    ),
    r"cannot unpack non-iterable (?P<type>\w+) object|'(?P<type2>int|float)' object is not iterable": (
        "a single number is unpacked or looped over, as if it were a list."
    ),
    r"cannot access local variable '(?P<name>\w+)'": "{name} is used before this function has given it a value.",
    r"name 'get_ipython' is not defined": "this is a notebook's command, which only a notebook knows. Take it out.",
    r"name '(?P<name>\w+)' is not defined. Did you mean: 'self.\w+'": (
        "there is no {name} here. Did you mean self.{name}?"
    ),
    r"name '(?P<name>\w+)' is not defined": "there is no {name} here. Is it spelled right, and defined above?",
    r"^(float )?division by zero": "a number is divided by zero.",
    r"math range error|Numerical result out of range": "the result is larger than a float can be.",
    r"math domain error": "math has no result for this number, such as for log(0) or sqrt(-1).",
    r"arg(ument)? is an empty sequence|zero-size array to reduction|get argm\w+ of an empty sequence": (
        "the largest or smallest of no numbers is asked for: the array or list is empty."
    ),
    r"maximum recursion depth exceeded": "a function calls itself again and again, and never stops.",
    r"(more|fewer) operands provided to einstein sum|too many operands|not enough .*einstein": (
        "einsum's text names another number of arrays than there are."
    ),
    r"output subscript '(?P<letter>\w)' which never appeared": (
        "in einsum, the letter {letter} stands right of -> and in none of the arrays."
    ),
    r"too many subscripts for operand (?P<i>\d+)": "in einsum, array number {i} has fewer axes than letters.",
    r"operand has more dimensions than subscripts given in einstein sum": (
        "in einsum, an array has more axes than letters."
    ),
    r"in einstein sum subscripts string|each subscript must be either an integer or an ellipsis": (
        'einsum reads texts such as "nd,dh->nh": a letter for each axis, a comma between arrays. Its text comes first.'
    ),
}


def in_plain_words(text: str) -> str:
    """The text of an exception as a student understands it."""
    for pattern, sentence in _SENTENCES.items():
        if found := re.search(pattern, text):
            return _singular(sentence.format(**found.groupdict()))
    return text


def _singular(sentence: str) -> str:
    """The sentence with `1 axes` and the like put right."""
    ones = {"columns": "column", "rows": "row", "axes": "axis", "arguments": "argument", "names stand": "name stands"}
    for many, one in {**ones, "indices are": "index is", "numbers": "number", "elements": "element"}.items():
        sentence = re.sub(rf"(?<![\d.])1 {many}\b", f"1 {one}", sentence)
    return sentence
