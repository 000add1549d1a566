/** Codecs: from the bytes of a record to a value and back. */
package io.millrace.operators.codec;
