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
        Container container = await invocation.Runtime.CreateAsync(invocation.Arguments[0], bundle, new CreateContainerOptions { ConsoleSocket = options.NotEmpty(OciRun.Options.ConsoleSocket), IsDetached = isDetached }, cancellationToken);
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
