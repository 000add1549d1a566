/** Java records as values: a codec derived once from the components of a record class. */
package io.millrace.operators.codec.record;
