"""Prints what tensorflow-serving-api's own descriptors say of the messages, enums and services whose names are given, as JSON."""

import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

from google.protobuf import any_pb2, wrappers_pb2  # noqa: F401
from google.protobuf.descriptor import FieldDescriptor
from tensorflow_serving.apis import get_model_metadata_pb2, get_model_status_pb2, model_management_pb2  # noqa: F401
from tensorflow_serving.apis import model_service_pb2, predict_pb2, prediction_service_pb2  # noqa: F401

POOL = predict_pb2.DESCRIPTOR.pool
TYPES = {value: name for name, value in vars(FieldDescriptor).items() if name.startswith("TYPE_")}


def main(names):
    print(json.dumps({name: _described(name) for name in names}))


def _described(name):
    for find, describe in (
        (POOL.FindMessageTypeByName, _message),
        (POOL.FindEnumTypeByName, _enum),
        (POOL.FindServiceByName, _service),
    ):
        try:
            return describe(find(name))
        except KeyError:
            continue
    return None


def _message(descriptor):
    return {field.name: _field(field) for field in descriptor.fields}


def _field(field):
    named = field.message_type or field.enum_type
    if named is not None and field.message_type is not None and named.GetOptions().map_entry:
        return [field.number, "map", _field(named.fields_by_name["key"])[1:], _field(named.fields_by_name["value"])[1:]]
    kind = named.full_name if named is not None else TYPES[field.type]
    return [field.number, "repeated" if _is_repeated(field) else "single", kind]


def _is_repeated(field):
    return field.is_repeated if hasattr(field, "is_repeated") else field.label == FieldDescriptor.LABEL_REPEATED


def _enum(descriptor):
    return {value.name: value.number for value in descriptor.values}


def _service(descriptor):
    return {method.name: [method.input_type.full_name, method.output_type.full_name] for method in descriptor.methods}


if __name__ == "__main__":
    main(sys.argv[1:])
