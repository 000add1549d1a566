/**
 * The protocols of the log between two threads, each as a jcstress test: two actors race over one place, millions of times,
 * and a result that the protocol forbids fails the build.
 */
package io.millrace.stress;
