package io.millrace.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.torture.net.Conditions;
import io.millrace.torture.net.RelayCounts;
import org.junit.jupiter.api.Test;

/** What the kernel is told about a cable, and what it says of it. */
class CableTest {
    private static final String NODE_LINK = """
            2: mra7@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc netem state UP mode DEFAULT group default qlen 1000
                link/ether 1e:6d:5b:22:6c:0f brd ff:ff:ff:ff:ff:ff link-netns mr7b
                RX:  bytes packets errors dropped  missed   mcast
                   5000     40      0       0       0       0
                TX:  bytes packets errors dropped carrier collsns
                   9000     60      0       0       0       0
            """;
    private static final String CLIENT_LINK = NODE_LINK.replace("5000     40", "8500     55");
    private static final String QUEUES = """
            qdisc netem 8001: root refcnt 2 limit 10000 delay 2ms  1ms loss 10%
             Sent 9000 bytes 60 pkt (dropped 7, overlimits 0 requeues 0)
            qdisc netem 8002: root refcnt 2 limit 10000 loss 3%
             Sent 5500 bytes 45 pkt (dropped 5, overlimits 0 requeues 0)
            """;

    @Test
    void shouldTellTheKernelWhatToDoToPackets() {
        assertThat(Namespaces.netem(new Conditions(0.125, 0.05, 0.01, true, 2_000_000, 3_000_000, false)))
                .containsExactly(
                        "delay", "3500us", "1500us", "loss", "12.50%", "duplicate", "5.00%", "corrupt", "1.00%");
        assertThat(Namespaces.netem(Conditions.CLEAN))
                .containsExactly("loss", "0.00%", "duplicate", "0.00%", "corrupt", "0.00%");
        assertThat(Namespaces.netem(Conditions.CUT)).startsWith("loss", "100.00%");
    }

    @Test
    void shouldCountWhatHasGoneOverTheCable() {
        final LinkCounts counts = LinkCounts.of(NODE_LINK, CLIENT_LINK, QUEUES);

        assertThat(counts).isEqualTo(new LinkCounts(40, 55, 8_500, 12));
        assertThat(counts.since(new LinkCounts(30, 50, 8_000, 2))).isEqualTo(new RelayCounts(10, 5, 500, 10, 0, 0, 0));
    }
}
