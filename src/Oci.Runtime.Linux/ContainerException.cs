using System.Runtime.InteropServices;
using Oci.Common.Linux;

namespace Oci.Runtime.Linux;

/// <summary>The base of every exception that <c>Oci.Runtime.Linux</c> raises for a container.</summary>
/// <remarks>
/// Its message says which container, what was being done, the error of the kernel, the member of
/// <c>config.json</c> that asked for it, and what to do next. A container whose creation failed is gone:
/// no process, mount, cgroup or file of it is left.
/// </remarks>
public class ContainerException : Exception
{
    /// <summary>Makes an exception with a message that says what failed, where, and what to do next.</summary>
    public ContainerException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a message and the exception that caused it.</summary>
    public ContainerException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    internal ContainerException(string message, ContainerFailure failure, Exception? innerException = null)
        : base(message, innerException)
    {
        ContainerId = failure.ContainerId;
        Step = failure.Step;
        Errno = failure.Errno == 0 ? null : (int)failure.Errno;
        Path = failure.Path;
        SpecPointer = failure.SpecPointer;
        Hint = failure.Hint;
    }

    /// <summary>The container, where there is one.</summary>
    public string? ContainerId { get; }

    /// <summary>What was being done, such as <c>mounting proc at /proc</c>: a step of the plan, or of the runtime around it.</summary>
    public string? Step { get; }

    /// <summary>The kernel's error number (errno(3)); null where it was not the kernel that refused.</summary>
    public int? Errno { get; }

    /// <summary>The path it was about, where there is one.</summary>
    public string? Path { get; }

    /// <summary>The member of <c>config.json</c> that asked for it, a JSON pointer (RFC 6901).</summary>
    public string? SpecPointer { get; }

    /// <summary>What to do next, a sentence.</summary>
    public string? Hint { get; }

    /// <summary>What failed as well while the container was destroyed, a sentence each: its poststop hooks, its network devices.</summary>
    public IReadOnlyList<string> Warnings { get; internal set; } = [];

    /// <summary>An exception of a failure, with the message put together from its facts.</summary>
    internal static ContainerException From(ContainerFailure failure, string? detail = null, Exception? innerException = null)
    {
        string message = $"container {failure.ContainerId}: {failure.Step} failed";
        if (detail is not null)
        {
            // Often the message of another exception, a sentence of its own.
            message += $": {detail.TrimEnd('.')}";
        }
        else if (failure.Errno != Common.Linux.Errno.None)
        {
            message += $": {failure.Errno} ({Marshal.GetPInvokeErrorMessage((int)failure.Errno)})";
        }
        if (failure.SpecPointer is not null)
        {
            message += $" [{failure.SpecPointer}]";
        }
        if (failure.Hint is not null)
        {
            message += $". Hint: {failure.Hint}";
        }
        return new ContainerException(message, failure, innerException);
    }
}
