"""The dictionaries that a classifier's ZipMap makes of a matrix; the model that is run ends before it."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List


class ZipMap:
    """Made of the `map` of an output's description."""

    def __init__(self, spec: "Dict[str, Any]", element_name: str) -> None:
        labels: "List[Any]" = [int(label) if spec["keys"] == "int64" else label for label in spec["labels"]]
        # onnxruntime gives them in this order.
        self._order = sorted(range(len(labels)), key=lambda column: labels[column])
        self._labels = [labels[column] for column in self._order]
        self._is_sorted = self._order == list(range(len(labels)))
        kind = {"float32": "float", "float64": "double"}.get(element_name, element_name)
        # What onnxruntime calls such an output.
        self.type = "seq(map(%s,tensor(%s)))" % (spec["keys"], kind)

    def dictionaries(self, values: "List[Any]") -> "List[Dict[Any, Any]]":
        """One for each row of a matrix, whose elements come in row-major order; of a vector, one."""
        width = len(self._labels)
        if width == 0:
            return []
        rows = [values[begin : begin + width] for begin in range(0, len(values), width)]
        if not self._is_sorted:
            rows = [[row[column] for column in self._order] for row in rows]
        return [dict(zip(self._labels, row)) for row in rows]
