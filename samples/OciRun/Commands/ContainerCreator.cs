using Oci.Runtime.Linux;
using Oci.Runtime.Linux.Bundles;
using OciRun.CommandLine;
using OciRun.Output;

namespace OciRun.Commands;

/// <summary>What <c>create</c> and <c>run</c> share: from the options to a created container and its pid file.</summary>
internal static class ContainerCreator
{
    public static readonly IReadOnlyList<Option> Options =
    [
        OciRun.Options.Bundle, OciRun.Options.ConsoleSocket, OciRun.Options.PidFile, OciRun.Options.PidFdSocket,
        OciRun.Options.NoPivot, OciRun.Options.NoNewKeyring, OciRun.Options.PreserveFds,
    ];

    public static async Task<Container> CreateAsync(Invocation invocation, bool isDetached, CancellationToken cancellationToken)
    {
        OptionValues options = invocation.Options;
        Bundle bundle = await OpenBundleAsync(invocation, cancellationToken);
        InheritedDescriptors inherited = InheritedDescriptors.From(options);
        CheckTerminal(bundle.Spec.Process?.Terminal == true, options, isDetached);
        Container container = await invocation.Runtime.CreateAsync(
            Command.ContainerId(invocation),
            inherited.Env.Count == 0 ? bundle : WithEnv(bundle, inherited.Env),
            new CreateContainerOptions
            {
                ConsoleSocket = options.NotEmpty(OciRun.Options.ConsoleSocket),
                IsDetached = isDetached,
                NoNewKeyring = options.IsSet(OciRun.Options.NoNewKeyring),
                NoPivotRoot = options.IsSet(OciRun.Options.NoPivot),
                PidFdSocket = options.NotEmpty(OciRun.Options.PidFdSocket),
                PreservedDescriptors = inherited.Handles,
            },
            cancellationToken);
        foreach (string warning in container.Warnings)
        {
            invocation.Log.Warn(warning);
        }
        try
        {
            if (options.NotEmpty(OciRun.Options.PidFile) is string pidFile)
            {
                PidFile.Write(pidFile, container.Pid);
            }
            return container;
        }
        catch
        {
            await container.DeleteAsync(force: true, CancellationToken.None);
            await container.DisposeAsync();
            throw;
        }
    }

    /// <summary>A terminal needs a program at its other side: the one at the socket, or this one as long as it waits.</summary>
    public static void CheckTerminal(bool hasTerminal, OptionValues options, bool isDetached)
    {
        bool hasSocket = options.NotEmpty(OciRun.Options.ConsoleSocket) is not null;
        if (isDetached && hasTerminal && !hasSocket)
        {
            throw new CommandException("cannot allocate tty if ocirun will detach without setting console socket: use --console-socket, or set process.terminal to false");
        }
        if (hasSocket && (!hasTerminal || !isDetached))
        {
            throw new CommandException("cannot use console socket if ocirun will not detach or allocate tty: set process.terminal to true and --detach, or leave --console-socket out");
        }
    }

    private static Bundle WithEnv(Bundle bundle, IReadOnlyList<string> env) =>
        bundle.WithSpec(bundle.Spec with { Process = bundle.Spec.Process is { } process ? process with { Env = [.. process.Env ?? [], .. env] } : null });

    public static async Task<Bundle> OpenBundleAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        string path = invocation.Options.NotEmpty(OciRun.Options.Bundle) ?? Environment.CurrentDirectory;
        if (!Directory.Exists(path))
        {
            throw new CommandException($"chdir {path}: no such file or directory");
        }
        if (!File.Exists(Path.Combine(path, Bundle.ConfigName)))
        {
            throw new CommandException($"JSON specification file {Bundle.ConfigName} not found in {Path.GetFullPath(path)}: write one with `ocirun spec`, or name the bundle with --bundle");
        }
        return await Bundle.OpenAsync(path, cancellationToken);
    }
}
