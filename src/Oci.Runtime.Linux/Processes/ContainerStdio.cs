using Microsoft.Win32.SafeHandles;

namespace Oci.Runtime.Linux.Processes;

/// <summary>Where a container's standard input, output and error go.</summary>
public sealed class ContainerStdio
{
    private ContainerStdio(ContainerStdioKind kind) => Kind = kind;

    /// <summary>To where those of this process go.</summary>
    public static ContainerStdio Inherit { get; } = new(ContainerStdioKind.Inherit);

    /// <summary>Nowhere: all three are <c>/dev/null</c>.</summary>
    public static ContainerStdio Null { get; } = new(ContainerStdioKind.Null);

    /// <summary>To streams of the <see cref="Container"/>. A container that fills a pipe waits until its stream is read.</summary>
    public static ContainerStdio Pipes { get; } = new(ContainerStdioKind.Pipes);

    internal ContainerStdioKind Kind { get; }

    internal SafeFileHandle? Input { get; private init; }

    internal SafeFileHandle? Output { get; private init; }

    internal SafeFileHandle? Error { get; private init; }

    /// <summary>To open files, pipes or terminals of the caller.</summary>
    /// <param name="input">Standard input. All three stay the caller's, who may close them once the container is created.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error; may be the same as <paramref name="output"/>.</param>
    public static ContainerStdio FromHandles(SafeFileHandle input, SafeFileHandle output, SafeFileHandle error)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(error);
        return new ContainerStdio(ContainerStdioKind.Handles) { Input = input, Output = output, Error = error };
    }
}
