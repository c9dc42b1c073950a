using Oci.Common.Linux;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Planning;

/// <summary>What the planners share while one plan is compiled.</summary>
internal sealed class PlanContext(string containerId, RuntimeSpec spec, string bundle, HostFacts host)
{
    private readonly List<string> _warnings = [];
    private readonly List<string> _runtimeWarnings = [];
    private readonly List<ParentRequest> _requests = [];
    private readonly Dictionary<string, string> _pathsInRoot = new(StringComparer.Ordinal);

    public string ContainerId { get; } = containerId;

    public RuntimeSpec Spec { get; } = spec;

    /// <summary>The bundle's directory; relative paths of the spec start there.</summary>
    public string Bundle { get; } = bundle;

    public HostFacts Host { get; } = host;

    public PlanBuilder Builder { get; } = new(host.Architecture);

    /// <summary>The root of the container's filesystem, a descriptor.</summary>
    public PlanCell Root { get; } = PlanCell.Slot("root");

    /// <summary>An eventfd that counts down the retries of paths that move while they are resolved.</summary>
    public PlanCell Retries { get; } = PlanCell.Slot("retries");

    public PlanFlags Flags { get; } = new(host.Architecture);

    public ProcessSpec Process => Spec.Process!;

    /// <summary>Whether the container's ids are those of a user namespace, new, joined, or the host's own.</summary>
    public bool HasUserNamespace => Host.IsInUserNamespace || Namespace(LinuxNamespaceTypes.User) is not null;

    /// <summary>The times that the program takes; null where none are asked for.</summary>
    public PlanClock? Clock { get; private set; }

    /// <summary>What is done with less than was asked for, known before anything is run.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>What may turn out, while the program runs, to be done with less.</summary>
    public IReadOnlyList<string> RuntimeWarnings => _runtimeWarnings;

    /// <summary>What the program may ask of its parent.</summary>
    public IReadOnlyList<ParentRequest> Requests => _requests;

    /// <summary>The path as it is opened below the root's descriptor; a path is cleaned once, and opened in several steps.</summary>
    public string InRoot(string path)
    {
        if (!_pathsInRoot.TryGetValue(path, out string? inRoot))
        {
            inRoot = string.Join('/', RootPaths.Pieces(path)) is { Length: > 0 } clean ? clean : ".";
            _pathsInRoot.Add(path, inRoot);
        }
        return inRoot;
    }

    public LinuxNamespace? Namespace(string type) =>
        Spec.Linux?.Namespaces?.FirstOrDefault(n => string.Equals(n.Type, type, StringComparison.Ordinal));

    /// <summary>Whether the namespace is made anew, not joined.</summary>
    public bool MakesNamespace(string type) => Namespace(type) is { Path: null or "" };

    public void Warn(string sentence) => _warnings.Add(sentence);

    /// <summary>Adds the step that tells the parent, when it is run, that something is done with less.</summary>
    public void AddRuntimeWarning(string sentence)
    {
        PlanCell mark = PlanBuilder.Struct("warning", (long)PlanMark.Warning, _runtimeWarnings.Count);
        _runtimeWarnings.Add(sentence);
        SendToParent(mark);
    }

    /// <summary>The mark that asks the parent for something; <see cref="ParentCalls"/> sends it.</summary>
    public PlanCell NewRequest(ParentRequest request)
    {
        _requests.Add(request);
        return PlanBuilder.Struct($"request {_requests.Count - 1}", (long)PlanMark.Request, _requests.Count - 1);
    }

    /// <summary>Adds the step that sends a mark of two numbers.</summary>
    public void SendToParent(PlanCell mark) =>
        Builder.Add(
            SystemCall.sendto,
            [PlanArgument.Number(Launching.InitDescriptors.Parent, "parent"), PlanArgument.AddressOf(mark), ProgramLayout.FrameSize, PlanFlags.NoSignal],
            isExact: true);

    /// <summary>Adds the steps that send a mark of two numbers with a descriptor (SCM_RIGHTS of unix(7)).</summary>
    public void SendDescriptorToParent(PlanCell mark, PlanCell descriptor)
    {
        // struct cmsghdr with the descriptor behind it: 20 bytes of 24.
        PlanCell control = PlanBuilder.Struct("control", 20, 1 | (1L << 32), 0);
        PlanCell vector = PlanBuilder.Struct("vector", 0, ProgramLayout.FrameSize).PointTo(0, mark);
        PlanCell message = PlanBuilder.Struct($"{{{mark.Name}, SCM_RIGHTS {descriptor.Name}}}", 0, 0, 0, 1, 0, 24, 0).PointTo(16, vector).PointTo(32, control);
        Builder.Move(control, PlanArgument.ValueOf(descriptor), offset: 16);
        Builder.Add(SystemCall.sendmsg, [PlanArgument.Number(Launching.InitDescriptors.Parent, "parent"), PlanArgument.AddressOf(message), PlanFlags.NoSignal]);
    }

    /// <summary>Takes the time before each group of steps from here on.</summary>
    public void StartClock()
    {
        // Time offsets come into force within the program; the wall clock has none (time_namespaces(7)).
        PlanArgument clock = Namespace(LinuxNamespaceTypes.Time) is null ? PlanArgument.Number(1, "CLOCK_MONOTONIC") : PlanArgument.Number(0, "CLOCK_REALTIME");
        Clock = Builder.Clock = new PlanClock(clock);
    }

    /// <summary>Adds the step that sends the times taken so far, if any are.</summary>
    public void SendTimes()
    {
        if (Clock is null)
        {
            return;
        }
        Builder.Begin("sending the times");
        Builder.Clock = null;
        Builder.Add(
            SystemCall.sendto,
            [PlanArgument.Number(Launching.InitDescriptors.Parent, "parent"), PlanArgument.AddressOf(Clock.Times), Clock.MessageSize, PlanFlags.NoSignal],
            isExact: true);
    }

    /// <summary>Adds the step that reads the parent's answer; ends the program where the parent is gone.</summary>
    public void AwaitParent() =>
        Builder.Add(
            SystemCall.read,
            [PlanArgument.Number(Launching.InitDescriptors.Parent, "parent"), PlanArgument.AddressOf(new PlanCell("answer", new byte[8])), 8],
            isExact: true);
}
