/** What every example needs around its topology: a store for a while, topics that end, results in order, and somewhere to print. */
package io.millrace.examples.run;
