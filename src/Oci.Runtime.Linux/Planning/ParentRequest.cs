namespace Oci.Runtime.Linux.Planning;

/// <summary>What the program asks of its parent, because only the parent may do it or knows it.</summary>
/// <param name="Label">What it is for, as in <see cref="PlanStep.Label"/>.</param>
/// <param name="SpecPointer">The member of the config that asked for it.</param>
/// <param name="Path">The path it is about, where there is one.</param>
internal abstract record ParentRequest(string Label, string? SpecPointer, string? Path);
