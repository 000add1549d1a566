package io.millrace.node.message;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import tools.jackson.core.JsonGenerator;

/** What a field of fixed length is: how it stands in the message and how in JSON. */
sealed interface FieldType
        permits IntegerType, FloatType, CharType, TextType, ArrayType, EnumType, SetType, ConstantType, CompositeType {
    /** In the message, in bytes. */
    int length();

    /** Whether JSON may leave it out, or say null. */
    boolean isOptional();

    /** Writes what JSON says, null for nothing; throws one line when it is not allowed. */
    void write(Object json, MutableDirectBuffer buffer, int index, String path);

    /** Prints what the message says. */
    void print(DirectBuffer buffer, int index, JsonGenerator out);
}
