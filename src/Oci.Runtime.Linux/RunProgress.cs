using Oci.Image.RootFilesystems;

namespace Oci.Runtime.Linux;

/// <summary>How far a run has come.</summary>
/// <param name="Stage">What it is at.</param>
/// <param name="Unpacked">While it unpacks: how far that has come; else null.</param>
public sealed record RunProgress(RunStage Stage, UnpackProgress? Unpacked = null);
