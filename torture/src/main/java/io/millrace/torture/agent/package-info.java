/**
 * A java agent that stops a process at a named step of the product, breaks one of its rules, or takes the place of a disk that
 * fails: so the product itself carries no switch for any of it. {@code -javaagent:torture.jar=step=NAME:N;mutant=NAME}.
 */
package io.millrace.torture.agent;
