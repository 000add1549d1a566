package io.millrace.perf.compare.contender;

import java.util.List;

/** JVM flags of contenders. Kept apart, because an enum's constants are made before any static field of its class. */
final class ContenderFlags {
    static final String MISC = "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED";

    /** As {@code ./millrace} starts a node, and no more. */
    static final List<String> OURS = List.of(MISC);

    /** As in Aeron's sample scripts. */
    static final List<String> AERON = List.of(
            "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
            "--add-opens=java.base/java.util.zip=ALL-UNNAMED",
            "-Dagrona.disable.bounds.checks=true");

    /** As in Chronicle's page on Java 17. */
    static final List<String> CHRONICLE = List.of(
            "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
            "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-exports=jdk.unsupported/sun.misc=ALL-UNNAMED",
            "--add-exports=jdk.compiler/com.sun.tools.javac.file=ALL-UNNAMED",
            "--add-opens=jdk.compiler/com.sun.tools.javac=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
            "--add-opens=java.base/java.io=ALL-UNNAMED",
            "--add-opens=java.base/java.util=ALL-UNNAMED",
            "-Dagrona.disable.bounds.checks=true",
            MISC);

    /** As in Kafka's scripts: heap and garbage collector of a broker. */
    static final List<String> KAFKA = List.of(
            "-Xms1g",
            "-Xmx1g",
            "-XX:+UseG1GC",
            "-XX:MaxGCPauseMillis=20",
            "-XX:InitiatingHeapOccupancyPercent=35",
            "-XX:+ExplicitGCInvokesConcurrent",
            "-Djava.awt.headless=true",
            MISC);

    private ContenderFlags() {}
}
