using System.Globalization;
using System.Runtime.CompilerServices;
using Oci.Common.Linux;
using Oci.Image;
using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Cgroups;
using Oci.Runtime.Linux.Features;
using Oci.Runtime.Linux.Lifecycle;
using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Preflight;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Running;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux;

/// <summary>Makes and finds containers. No daemon: containers are processes of the app, and live on without it.</summary>
/// <remarks>Thread-safe. Linux only, x64 and arm64, kernel 5.12 or newer.</remarks>
public sealed class ContainerRuntime
{
    private readonly TimeProvider _time;
    private readonly CgroupDriver _driver;

    /// <summary>Makes a runtime; nothing is touched before a container is created.</summary>
    /// <param name="options">Settings; the defaults where null.</param>
    /// <exception cref="PlatformNotSupportedException">This is not Linux, or not x64 or arm64.</exception>
    public ContainerRuntime(ContainerRuntimeOptions? options = null)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("Containers run on Linux only.");
        }
        _ = ProgramArchitectures.Current;
        Root = Path.GetFullPath(options?.Root ?? DefaultRoot());
        _driver = options?.CgroupDriver ?? CgroupDriver.Cgroupfs;
        _time = options?.TimeProvider ?? TimeProvider.System;
    }

    /// <summary>The directory that holds the state of the containers.</summary>
    public string Root { get; }

    /// <summary>What this runtime can do, whatever the host can (runtime-spec, features.md).</summary>
    public static RuntimeFeatures GetFeatures() => OwnFeatures.Create();

    /// <summary>What creating a container would do, step by step. Nothing is done.</summary>
    /// <param name="id">The container's id.</param>
    /// <param name="bundle">Its configuration and root filesystem.</param>
    /// <param name="options">How it would be created; the defaults where null.</param>
    /// <exception cref="ArgumentException">The id is not one.</exception>
    /// <exception cref="InvalidSpecException">The configuration is not valid.</exception>
    /// <exception cref="UnsupportedSpecException">The configuration asks for what this runtime does not do.</exception>
    public ContainerPlan Plan(string id, Bundle bundle, CreateContainerOptions? options = null)
    {
        return Compile(id, bundle, options ?? new(), out _);
    }

    /// <summary>
    /// Says, item by item, what this host cannot do for a configuration: namespaces, mappings, cgroup controllers, capabilities,
    /// security modules, filesystems, devices, hooks, and the root filesystem. Nothing is changed on the host.
    /// </summary>
    /// <param name="id">The container's id.</param>
    /// <param name="bundle">Its configuration and root filesystem.</param>
    /// <returns>Errors first; none where nothing is known to stand in the way. What is not valid in itself is told too, and alone.</returns>
    /// <exception cref="ArgumentException">The id is not one.</exception>
    public IReadOnlyList<HostFinding> CheckHost(string id, Bundle bundle)
    {
        ContainerId.ThrowIfInvalid(id);
        ArgumentNullException.ThrowIfNull(bundle);
        return HostChecker.Check(id, bundle, new HostProbe(), CgroupHost.Read(), _driver);
    }

    /// <summary>Creates a container: all is set up, and its program waits for <see cref="Container.StartAsync"/>.</summary>
    /// <param name="id">An id that no container of <see cref="Root"/> has: letters, digits and <c>_ + - .</c></param>
    /// <param name="bundle">Its configuration and root filesystem. The bundle stays the caller's and must stay where it is.</param>
    /// <param name="options">How; the defaults where null.</param>
    /// <param name="cancellationToken">Gives up and undoes what was done.</param>
    /// <returns>The container, to be disposed by the caller; that does not end it unless it was asked for.</returns>
    /// <exception cref="ArgumentException">The id is not one.</exception>
    /// <exception cref="InvalidSpecException">The configuration is not valid; nothing was done.</exception>
    /// <exception cref="ContainerException">A step failed; what was done is undone.</exception>
    public async Task<Container> CreateAsync(string id, Bundle bundle, CreateContainerOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new CreateContainerOptions();
        TimingRecorder? timings = options.RecordTimings ? new TimingRecorder(_time) : null;
        ContainerPlan plan = Compile(id, bundle, options, out CgroupHost cgroups);
        timings?.Add("compiling the plan");
        ICgroup? cgroup = plan.Handshake.NeedsCgroup ? new ContainerCgroup(id, bundle.Spec, cgroups, _driver).Open() : null;
        var creation = new ContainerCreation(new StateDirectory(Root, id), plan, bundle, cgroup, options, timings, _time);
        return await creation.RunAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Finds a container that this or another process created.</summary>
    /// <param name="id">The container's id.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The container, to be disposed by the caller, which does not end it; null where there is none.</returns>
    /// <exception cref="ArgumentException">The id is not one.</exception>
    /// <exception cref="InvalidDataException">Its state file is damaged.</exception>
    public Task<Container?> GetAsync(string id, CancellationToken cancellationToken = default)
    {
        ContainerId.ThrowIfInvalid(id);
        cancellationToken.ThrowIfCancellationRequested();
        var directory = new StateDirectory(Root, id);
        ContainerRecord? record = directory.ReadRecord();
        return Task.FromResult(record is null ? null : new Container(record, directory) { Time = _time });
    }

    /// <summary>All containers of <see cref="Root"/>, in order of their ids.</summary>
    /// <param name="cancellationToken">Ends the listing.</param>
    /// <returns>Containers, each to be disposed by the caller. One that is being created, or was deleted meanwhile, is left out.</returns>
    /// <exception cref="InvalidDataException">
    /// State files are damaged: thrown once every container that can be read was listed, with what is wrong with each file and what to do.
    /// </exception>
    public async IAsyncEnumerable<Container> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (!Directory.Exists(Root))
        {
            yield break;
        }
        var damages = new List<InvalidDataException>();
        foreach (string id in Directory.EnumerateDirectories(Root).Select(d => Path.GetFileName(d)).Where(ContainerId.IsValid).Order(StringComparer.Ordinal))
        {
            Container? container = null;
            try
            {
                container = await GetAsync(id, cancellationToken).ConfigureAwait(false);
            }
            catch (InvalidDataException e)
            {
                damages.Add(e);
            }
            if (container is not null)
            {
                yield return container;
            }
        }
        if (damages.Count > 0)
        {
            throw new InvalidDataException(string.Join(' ', damages.Select(d => d.Message)), damages.Count == 1 ? damages[0] : new AggregateException(damages));
        }
    }

    /// <summary>Runs an image to the end of its program: root filesystem, container, standard streams, and nothing left behind.</summary>
    /// <param name="image">The image, of a layout, an archive, memory or a registry.</param>
    /// <param name="args">The arguments, in place of the image's <c>Cmd</c>; null for the image's.</param>
    /// <param name="options">How; the defaults where null. Copied.</param>
    /// <param name="cancellationToken">Kills the container, and removes what was made for it.</param>
    /// <returns>How the program ended. What it wrote to streams of the options is all there.</returns>
    /// <remarks>
    /// The container has the namespaces, capabilities, masked paths and filter of system calls that container engines give, no
    /// network, and ends with this call, whatever happens. A failure names its step.
    /// </remarks>
    /// <exception cref="OciImageException">A layer is bad, or an entry of one is refused.</exception>
    /// <exception cref="InvalidSpecException">The image cannot be run: no command, an unknown user.</exception>
    /// <exception cref="ContainerException">A step of the container's creation or start failed.</exception>
    /// <exception cref="IOException">The work directory cannot be written, or a stream of the options failed.</exception>
    public Task<ExitStatus> RunAsync(OciImage image, IReadOnlyList<string>? args = null, RunOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        return new ImageRun(this, image, args is null ? null : [.. args], (options ?? new RunOptions()).Copy()).RunAsync(cancellationToken);
    }

    /// <summary>Runs an image that a reference stands for, to the end of its program.</summary>
    /// <param name="source">Where the image is: a layout, an archive, or a repository of a registry.</param>
    /// <param name="reference">A tag or digest; empty for the only image of the source.</param>
    /// <inheritdoc cref="RunAsync(OciImage, IReadOnlyList{string}?, RunOptions?, CancellationToken)"/>
    /// <param name="args"/><param name="options"/><param name="cancellationToken"/>
    public async Task<ExitStatus> RunAsync(IContentSource source, string reference, IReadOnlyList<string>? args = null, RunOptions? options = null, CancellationToken cancellationToken = default)
    {
        OciImage image = await OciImage.OpenAsync(source, reference, options?.Platform, cancellationToken).ConfigureAwait(false);
        return await RunAsync(image, args, options, cancellationToken).ConfigureAwait(false);
    }

    private ContainerPlan Compile(string id, Bundle bundle, CreateContainerOptions options, out CgroupHost cgroups)
    {
        ContainerId.ThrowIfInvalid(id);
        ArgumentNullException.ThrowIfNull(bundle);
        IReadOnlyList<SpecFinding> warnings = RuntimeSpecValidator.ThrowIfInvalid(bundle.Spec);
        cgroups = CgroupHost.Read();
        RuntimeSpec spec = new ContainerCgroup(id, bundle.Spec, cgroups, _driver).Spec;
        return PlanCompiler.Compile(id, spec, bundle.Path, HostFactsReader.Read(id, bundle, cgroups, spec.Linux?.CgroupsPath), warnings, PlanOptions.From(options));
    }

    private static string DefaultRoot()
    {
        uint user = Libc.Geteuid();
        string? ownDirectory = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } directory && Path.IsPathRooted(directory) ? directory : null;
        // Root of a user namespace is an ordinary user outside, whose runtime directory is the one that can be written.
        if (user == 0 && (ownDirectory is null || !HostFactsReader.IsInUserNamespace))
        {
            return "/run/oci";
        }
        return ownDirectory is not null
            ? Path.Combine(ownDirectory, "oci")
            : Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"oci-{user}"));
    }
}
