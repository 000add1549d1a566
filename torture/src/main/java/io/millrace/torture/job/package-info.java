/** The process that is tortured: feeds the input and runs the job of one topology in the same store. */
package io.millrace.torture.job;
