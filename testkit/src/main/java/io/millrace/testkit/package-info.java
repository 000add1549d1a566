/** Tests topologies and operators: the real engine on a real log in a temporary directory, under a clock that the test moves. */
package io.millrace.testkit;
