package io.millrace.node.message;

/** A field of fixed length: where it stands, and since which version of the schema. */
record Field(String name, int offset, int sinceVersion, FieldType type) {}
