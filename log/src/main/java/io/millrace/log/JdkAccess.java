package io.millrace.log;

import io.millrace.log.error.ErrorCode;
import io.millrace.log.error.MillraceException;
import io.millrace.log.storage.JdkInternals;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;

/**
 * Opens the one package of the JDK that Agrona reads, {@code jdk.internal.misc}, so that no program needs a JVM flag
 * because it uses Millrace.
 *
 * <p>Agrona's buffers use {@code jdk.internal.misc.Unsafe}, which is exported to nobody. Given
 * {@code --add-exports java.base/jdk.internal.misc=ALL-UNNAMED}, or a runnable jar whose manifest says so, there is
 * nothing to do. Otherwise this class takes a lookup with full access ({@link JdkInternals}) and asks the module {@code java.base} to open the
 * package. It has to happen before the first class of Agrona is initialised, so this class touches none of them; the
 * doors of Millrace call it in their static initialisers.
 */
public final class JdkAccess {
    private static final String PACKAGE = "jdk.internal.misc";
    private static final String FLAG = "--add-exports java.base/" + PACKAGE + "=ALL-UNNAMED";

    private JdkAccess() {}

    /**
     * Opens the package if it is not open yet. May be called often and by any thread.
     *
     * @throws MillraceException CONFIGURATION when this JDK does not let itself be opened; the message names the flag
     *                           to pass instead.
     */
    public static void open() {
        final Module base = Object.class.getModule();
        final Module user = JdkAccess.class.getModule();
        if (base.isExported(PACKAGE, user)) {
            return;
        }
        try {
            openToUnnamed(base);
        } catch (final Throwable ex) {
            throw new MillraceException(
                    ErrorCode.CONFIGURATION,
                    "cannot open the package " + PACKAGE + " of this JDK: version=" + Runtime.version()
                            + "; start java with " + FLAG,
                    ex);
        }
    }

    private static void openToUnnamed(final Module base) throws Throwable {
        final MethodHandle open = JdkInternals.lookup()
                .findVirtual(Module.class, "implAddOpensToAllUnnamed", MethodType.methodType(void.class, String.class));
        open.invoke(base, PACKAGE);
    }
}
