/**
 * The independent checker: reads a store with a parser of its own, and compares what a job left there with what it should have.
 * Nothing of the product is used here, so that a mistake of the product cannot hide itself.
 */
package io.millrace.torture.check;
