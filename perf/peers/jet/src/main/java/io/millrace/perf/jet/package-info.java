/** Hazelcast Jet beside us. */
package io.millrace.perf.jet;
