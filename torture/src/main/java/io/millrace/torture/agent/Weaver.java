package io.millrace.torture.agent;

import java.lang.instrument.ClassFileTransformer;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.dynamic.scaffold.TypeValidation;
import net.bytebuddy.implementation.Implementation;
import net.bytebuddy.matcher.ElementMatcher;
import net.bytebuddy.matcher.ElementMatchers;
import net.bytebuddy.pool.TypePool;

/**
 * Weaves code into classes of the product while they are loaded. Looks for all methods when it is made, without loading their
 * classes: one that does not exist is an error then and not a step that is never reached.
 *
 * <p>Copies that the product makes of operator classes are made from their files, and are not changed.
 */
final class Weaver implements ClassFileTransformer {
    private final Map<String, List<Weaving>> weavings = new HashMap<>();
    private final ClassFileLocator locator = ClassFileLocator.ForClassLoader.ofSystemLoader();
    private final TypePool types = TypePool.Default.of(locator);
    private final ByteBuddy byteBuddy =
            new ByteBuddy().with(TypeValidation.DISABLED).with(Implementation.Context.Disabled.Factory.INSTANCE);

    /**
     * Creates a weaver.
     *
     * @param all what is to be woven.
     * @throws IllegalStateException when a method does not exist.
     */
    Weaver(final List<Weaving> all) {
        for (final Weaving each : all) {
            check(each);
            weavings.computeIfAbsent(each.method().type().replace('.', '/'), ignored -> new ArrayList<>())
                    .add(each);
        }
    }

    private void check(final Weaving weaving) {
        final TypePool.Resolution type = types.describe(weaving.method().type());
        final int count = type.isResolved()
                ? type.resolve()
                        .getDeclaredMethods()
                        .filter(matcher(weaving.method()))
                        .size()
                : 0;
        if (count != 1) {
            throw new IllegalStateException(
                    weaving.reason() + ": the product has " + count + " methods " + weaving.method() + ", not one");
        }
    }

    private static ElementMatcher.Junction<MethodDescription> matcher(final Method method) {
        return ElementMatchers.<MethodDescription>named(method.name())
                .and(ElementMatchers.takesArguments(method.parameterCount()))
                .and(ElementMatchers.not(ElementMatchers.isBridge()));
    }

    @Override
    public byte[] transform(
            final ClassLoader loader,
            final String className,
            final Class<?> redefined,
            final ProtectionDomain domain,
            final byte[] classFile) {
        final List<Weaving> ofClass = weavings.get(className);
        if (ofClass == null) {
            return null;
        }
        try {
            return weave(className.replace('/', '.'), classFile, ofClass);
        } catch (final Exception | LinkageError e) {
            // The JVM would go on with the class as it is.
            TortureAgent.end("cannot change " + className.replace('/', '.') + ": " + e);
            return null;
        }
    }

    private byte[] weave(final String name, final byte[] classFile, final List<Weaving> ofClass) {
        final ClassFileLocator files =
                new ClassFileLocator.Compound(ClassFileLocator.Simple.of(name, classFile), locator);
        final TypeDescription type = types.describe(name).resolve();
        DynamicType.Builder<?> builder = byteBuddy.redefine(type, files);
        for (final Weaving each : ofClass) {
            builder = builder.visit(advice(each).on(matcher(each.method())));
        }
        return builder.make().getBytes();
    }

    private Advice advice(final Weaving weaving) {
        final TypeDescription code = types.describe(weaving.advice()).resolve();
        Advice.WithCustomMapping mapping = Advice.withCustomMapping();
        if (weaving.isStep()) {
            mapping = mapping.bind(StepAdvice.Ordinal.class, weaving.ordinal());
        }
        return mapping.to(code, locator);
    }
}
