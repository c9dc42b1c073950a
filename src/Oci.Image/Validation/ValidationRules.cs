namespace Oci.Image.Validation;

/// <summary>All that <see cref="ImageValidator"/> and <see cref="LayoutValidator"/> check.</summary>
public static class ValidationRules
{
    /// <summary>Every rule, each with an id of its own.</summary>
    public static IReadOnlyList<ValidationRule> All { get; } =
    [
        .. JsonRules.All,
        .. DescriptorRules.All,
        .. AnnotationRules.All,
        .. PlatformRules.All,
        .. ManifestRules.All,
        .. IndexRules.All,
        .. ConfigRules.All,
        .. ContentRules.All,
        .. LayerRules.All,
        .. LayoutRules.All,
    ];
}
