/** The command that lists and runs the examples; each of them is in a package of its own. */
package io.millrace.examples;
