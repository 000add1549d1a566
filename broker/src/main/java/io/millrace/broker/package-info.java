/**
 * Consumer groups and queues as a fold over commands in the log: {@link io.millrace.broker.BrokerStateMachine} applies one command
 * after the other and says what follows. No thread, clock or input of its own.
 */
package io.millrace.broker;
