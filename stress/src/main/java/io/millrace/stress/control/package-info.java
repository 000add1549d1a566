/** Protocols that are wrong on purpose: the build expects each of them to be caught. */
package io.millrace.stress.control;
