/**
 * A job in a process of its own, against a node over IPC or UDP: {@link io.millrace.worker.JobWorker} keeps mirrors of the topics that
 * the job reads, runs it over them, and forwards its outputs to the node, each record once.
 */
package io.millrace.worker;
