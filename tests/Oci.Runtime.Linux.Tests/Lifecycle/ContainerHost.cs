using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Launching;
using Oci.Runtime.Linux.Mounts;
using Oci.Runtime.Linux.Namespaces;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Lifecycle;

/// <summary>A runtime with a root and a busybox bundle of its own, which at its end proves that nothing is left behind.</summary>
internal sealed class ContainerHost : IAsyncDisposable
{
    private readonly TempDirectory _folder = new();
    private readonly Footprint _before;
    private Exception? _lastThrown;
    private static int s_lastCgroup;
    private static bool s_isWarm;
    private int _last;

    public ContainerHost()
    {
        Requires.Linux();
        RequireNamespaces();
        BusyBox.WriteTo(RootPath);
        Runtime = new ContainerRuntime(new ContainerRuntimeOptions { Root = _folder.Combine("state") });
        // What a process opens once: the event loop, the init and the mount table, for all containers; for other programs, what .NET reads their output with.
        if (!s_isWarm)
        {
            ToolResult.RunAsync("/bin/true", []).GetAwaiter().GetResult().EnsureSuccess();
            s_isWarm = true;
        }
        _ = EventLoop.Shared;
        _ = MountTable.Read();
        _ = InitExecutable.Open(_folder.Path);
        _before = Footprint.Take(_folder.Path);
        AppDomain.CurrentDomain.FirstChanceException += OnThrown;
    }

    public ContainerRuntime Runtime { get; }

    public string RootPath => _folder.Combine("bundle", "rootfs");

    public string BundlePath => _folder.Combine("bundle");

    public string Combine(params string[] parts) => _folder.Combine(parts);

    /// <summary>A configuration that runs a program of busybox, as root or in a user namespace.</summary>
    public static RuntimeSpec Spec(params string[] args)
    {
        RuntimeSpec spec = Environment.IsPrivilegedProcess ? DefaultSpec.Create() : DefaultSpec.CreateRootless(RootlessIdMappings.Detect());
        return spec with
        {
            Process = spec.Process! with { Args = args },
            Linux = spec.Linux! with { CgroupsPath = $"oci-test-{Environment.ProcessId}-{Interlocked.Increment(ref s_lastCgroup)}" },
        };
    }

    public Task<Bundle> BundleAsync(RuntimeSpec spec) => Bundle.CreateAsync(BundlePath, spec);

    public async Task<Container> CreateAsync(RuntimeSpec spec, ContainerStdio? stdio = null) =>
        await Runtime.CreateAsync($"c{Interlocked.Increment(ref _last)}", await BundleAsync(spec), new CreateContainerOptions { Stdio = stdio ?? ContainerStdio.Pipes });

    /// <summary>Runs a container to its end and deletes it.</summary>
    public async Task<ContainerRun> RunAsync(RuntimeSpec spec)
    {
        await using Container container = await CreateAsync(spec);
        try
        {
            container.StandardInput!.Close();
            await container.StartAsync();
            Task<string> output = new StreamReader(container.StandardOutput!).ReadToEndAsync();
            Task<string> error = new StreamReader(container.StandardError!).ReadToEndAsync();
            ExitStatus status = await container.WaitAsync();
            return new ContainerRun(status, await output, await error, container.Warnings);
        }
        finally
        {
            await container.DeleteAsync(force: true);
        }
    }

    public Task<ContainerRun> RunAsync(params string[] args) => RunAsync(Spec(args));

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.FirstChanceException -= OnThrown;
        Footprint after = Footprint.Take(_folder.Path, _before);
        string[] left = Directory.Exists(Runtime.Root) ? Directory.GetFileSystemEntries(Runtime.Root) : [];
        // What this test left is neither the next one's nor the machine's.
        await FootprintCleaner.CleanAsync(Runtime, _before, after);
        _folder.Dispose();
        // What left it there is usually the failure of the test itself, which this one would hide.
        Assert.True(left.Length == 0, $"Left behind: {string.Join(", ", left)}. The last exception: {_lastThrown}");
        Assert.Equal(_before.Descriptors, after.Descriptors);
        Assert.Equal(_before.Children, after.Children);
        Assert.Equal(_before.Cgroups, after.Cgroups);
        Assert.Equal(_before.Mounts, after.Mounts);
    }

    private void OnThrown(object? sender, System.Runtime.ExceptionServices.FirstChanceExceptionEventArgs e) => _lastThrown = e.Exception;

    private static void RequireNamespaces()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Assert.SkipUnless(
                !File.Exists("/proc/sys/user/max_user_namespaces") || File.ReadAllText("/proc/sys/user/max_user_namespaces").Trim() != "0",
                "Needs user namespaces, which are switched off here.");
        }
    }
}
