namespace Oci.Runtime.Linux.Cgroups;

/// <summary>One limit as it is set: what is written to which file of a cgroup, and who asked for it.</summary>
/// <param name="Controller">The controller, such as <c>memory</c>.</param>
/// <param name="File">The file in the cgroup's directory.</param>
/// <param name="Value">What is written.</param>
/// <param name="Pointer">The member of the configuration, as a JSON pointer.</param>
internal sealed record CgroupWrite(string Controller, string File, string Value, string Pointer)
{
    /// <summary>Another file, for kernels that have not the first one.</summary>
    public string? OtherFile { get; init; }

    /// <summary>What is written to <see cref="OtherFile"/>, where that differs.</summary>
    public string? OtherValue { get; init; }

    /// <summary>Whether a kernel that has not the file is passed over.</summary>
    public bool IsOptional { get; init; }
}
