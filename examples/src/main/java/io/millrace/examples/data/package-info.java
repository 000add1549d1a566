/** Recorded data of the examples: bundled slices or files of the reader's own, and what makes records of their lines. */
package io.millrace.examples.data;
